# task: Majority_0_3
# verdict: PROVED
from collections import Counter


def program(xs):
    counts = Counter()
    out = []
    for x in xs:
        counts[x] += 1
        out.append(min(sorted(counts), key=lambda v: (-counts[v], v)))
    return out
