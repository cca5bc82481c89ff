# task: First_Index
# verdict: REFUTED, step 0 counts as not seen
def program(xs):
    first = [0] * 4
    out = []
    for i, x in enumerate(xs):
        if not first[x]:
            first[x] = i
        out.append(first[x])
    return out
