# task: Sub_Mod_19
# verdict: REFUTED, the remainder keeps its sign as in C
def remainder(a, b):
    return a % b if a >= 0 else -(-a % b)


def program(xs):
    s = 0
    out = []
    for x in xs:
        s = remainder(s - x, 19)
        out.append(s)
    return out
