# task: Power_Of_Two_Detector
# verdict: PROVED
def program(xs):
    out = []
    for x in xs:
        found = 0
        for k in range(7):
            if x == 1 << k:
                found = 1
                break
        out.append(found)
    return out
