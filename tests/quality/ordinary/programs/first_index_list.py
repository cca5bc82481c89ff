# task: First_Index
# verdict: PROVED
def program(xs):
    first = [None, None, None, None]
    out = []
    for i, x in enumerate(xs):
        if first[x] is None:
            first[x] = i
        out.append(first[x])
    return out
