# task: Parity_Last3
# verdict: REFUTED, three ones count as even
def program(xs):
    out = []
    for i in range(len(xs)):
        s = 0
        for j in range(3):
            if i - j >= 0:
                s += xs[i - j]
        out.append(1 if s == 1 else 0)
    return out
