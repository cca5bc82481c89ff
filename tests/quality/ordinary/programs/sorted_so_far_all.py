# task: Sorted_So_Far
# verdict: PROVED
def program(xs):
    ok = True
    out = []
    for i in range(len(xs)):
        if i > 0 and xs[i] < xs[i - 1]:
            ok = False
        out.append(1 if ok else 0)
    return out
