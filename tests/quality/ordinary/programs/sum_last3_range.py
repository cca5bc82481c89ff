# task: Sum_Last3
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        s = 0
        for j in range(3):
            if i - j >= 0:
                s += xs[i - j]
        out.append(s)
    return out
