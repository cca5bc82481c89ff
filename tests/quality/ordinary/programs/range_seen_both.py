# task: Range_Seen
# verdict: PROVED
def program(xs):
    lo = hi = None
    out = []
    for x in xs:
        if lo is None:
            lo = hi = x
        else:
            lo = min(lo, x)
            hi = max(hi, x)
        out.append(hi - lo)
    return out
