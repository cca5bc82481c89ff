# task: Prev5
# verdict: PROVED
LAG = 5


def program(xs):
    ys = []
    for i, _ in enumerate(xs):
        ys.append(0 if i < LAG else xs[i - LAG])
    return ys
