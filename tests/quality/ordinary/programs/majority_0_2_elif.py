# task: Majority_0_2
# verdict: REFUTED, compares 2 with 1 only
def program(xs):
    a = b = c = 0
    out = []
    for x in xs:
        if x == 0:
            a += 1
        elif x == 1:
            b += 1
        else:
            c += 1
        if a >= b and a > c:
            out.append(0)
        elif b >= c:
            out.append(1)
        else:
            out.append(2)
    return out
