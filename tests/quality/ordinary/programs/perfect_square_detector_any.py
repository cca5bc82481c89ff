# task: Perfect_Square_Detector
# verdict: REFUTED, 16 is left out by range(4)
def program(xs):
    out = []
    for x in xs:
        out.append(1 if any(k * k == x for k in range(4)) else 0)
    return out
