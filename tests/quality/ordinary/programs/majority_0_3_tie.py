# task: Majority_0_3
# verdict: REFUTED, ties go to the newest
def program(xs):
    counts = [0] * 4
    best = 0
    out = []
    for x in xs:
        counts[x] += 1
        if counts[x] >= counts[best]:
            best = x
        out.append(best)
    return out
