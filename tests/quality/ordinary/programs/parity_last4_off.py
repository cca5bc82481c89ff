# task: Parity_Last4
# verdict: REFUTED, the bit four steps ago needs i > 3
def program(xs):
    out = []
    for i in range(len(xs)):
        p = xs[i]
        if i > 1:
            p += xs[i - 1]
        if i > 2:
            p += xs[i - 2]
        if i > 3:
            p += xs[i - 3]
        out.append(p % 2)
    return out
