# task: Tomita_7
# verdict: REFUTED, one phase too few
def program(xs):
    phase = 0
    out = []
    for x in xs:
        if phase == 0 and x == 1:
            phase = 1
        elif phase == 1 and x == 0:
            phase = 2
        elif phase == 2 and x == 1:
            phase = 4
        out.append(0 if phase == 4 else 1)
    return out
