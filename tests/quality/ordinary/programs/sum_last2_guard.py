# task: Sum_Last2
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        s = xs[i]
        if i >= 1:
            s += xs[i - 1]
        out.append(s)
    return out
