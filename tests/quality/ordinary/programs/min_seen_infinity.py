# task: Min_Seen
# verdict: PROVED
INFINITY = 10**9


def program(xs):
    lowest = INFINITY
    out = []
    for x in xs:
        lowest = min(lowest, x)
        out.append(lowest)
    return out
