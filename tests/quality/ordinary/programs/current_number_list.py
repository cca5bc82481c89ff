# task: Current_Number
# verdict: PROVED
def program(xs):
    """The identity."""
    if not xs:
        return []
    out = []
    for i in range(len(xs)):
        out.append(xs[i])
    return out
