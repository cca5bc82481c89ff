# task: Sorted_So_Far
# verdict: REFUTED, equal neighbours count as unsorted
def program(xs):
    out = []
    for i in range(len(xs)):
        ok = all(xs[j] < xs[j + 1] for j in range(i))
        out.append(1 if ok else 0)
    return out
