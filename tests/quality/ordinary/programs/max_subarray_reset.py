# task: Max_Subarray
# verdict: REFUTED, starts over at every negative number
def program(xs):
    best = 0
    current = 0
    out = []
    for x in xs:
        current = current + x if x >= 0 else 0
        best = max(best, current)
        out.append(best)
    return out
