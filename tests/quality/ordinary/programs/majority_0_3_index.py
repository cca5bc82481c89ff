# task: Majority_0_3
# verdict: PROVED
def program(xs):
    counts = [0] * 4
    out = []
    for x in xs:
        counts[x] += 1
        out.append(counts.index(max(counts)))
    return out
