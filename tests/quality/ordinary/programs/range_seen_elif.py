# task: Range_Seen
# verdict: REFUTED, the smallest starts at 0
def program(xs):
    lo, hi = 0, 0
    out = []
    for x in xs:
        if x > hi:
            hi = x
        elif x < lo:
            lo = x
        out.append(hi - lo)
    return out
