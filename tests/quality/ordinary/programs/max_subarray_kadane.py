# task: Max_Subarray
# verdict: PROVED
def program(xs):
    """Kadane's algorithm."""
    best = 0
    current = 0
    out = []
    for x in xs:
        current = max(0, current + x)
        best = max(best, current)
        out.append(best)
    return out
