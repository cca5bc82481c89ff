# task: Majority_0_2
# verdict: PROVED
def program(xs):
    c = {0: 0, 1: 0, 2: 0}
    out = []
    for x in xs:
        c[x] = c[x] + 1
        if c[0] >= c[1] and c[0] >= c[2]:
            out.append(0)
        elif c[1] >= c[2]:
            out.append(1)
        else:
            out.append(2)
    return out
