# task: Majority_0_2
# verdict: PROVED
def program(xs):
    counts = [0, 0, 0]
    out = []
    for x in xs:
        counts[x] += 1
        best = 0
        for v in range(1, 3):
            if counts[v] > counts[best]:
                best = v
        out.append(best)
    return out
