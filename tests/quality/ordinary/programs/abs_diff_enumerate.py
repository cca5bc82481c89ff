# task: Abs_Diff
# verdict: PROVED
def program(xs):
    ys = []
    for i, x in enumerate(xs):
        prev = xs[i - 1] if i > 0 else 0
        ys.append(abs(x - prev))
    return ys
