# task: Sum_Last5
# verdict: PROVED
def get(xs, i):
    if i < 0:
        return 0
    return xs[i]


def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(get(xs, i) + get(xs, i - 1) + get(xs, i - 2) + get(xs, i - 3) + get(xs, i - 4))
    return out
