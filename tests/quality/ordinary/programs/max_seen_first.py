# task: Max_Seen
# verdict: PROVED
def program(xs):
    if len(xs) == 0:
        return []
    best = xs[0]
    out = []
    for x in xs:
        if x > best:
            best = x
        out.append(best)
    return out
