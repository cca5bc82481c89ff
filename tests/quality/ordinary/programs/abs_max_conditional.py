# task: Abs_Max
# verdict: PROVED
def program(xs):
    best = 0
    out = []
    for x in xs:
        size = x if x > 0 else -x
        best = size if size > best else best
        out.append(best)
    return out
