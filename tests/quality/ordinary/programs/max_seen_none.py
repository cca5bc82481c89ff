# task: Max_Seen
# verdict: REFUTED, a record by one is no record
def program(xs):
    best = None
    out = []
    for x in xs:
        if best is None:
            best = x
        elif x > best + 1:
            best = x
        out.append(best)
    return out
