# task: Sum_Last4
# verdict: PROVED
WINDOW = 4


def program(xs):
    s = 0
    out = []
    for i in range(len(xs)):
        s += xs[i]
        if i >= WINDOW:
            s -= xs[i - WINDOW]
        out.append(s)
    return out
