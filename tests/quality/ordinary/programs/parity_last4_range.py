# task: Parity_Last4
# verdict: PROVED
K = 4


def program(xs):
    out = []
    for i in range(len(xs)):
        parity = 0
        for j in range(K):
            if i - j >= 0:
                parity ^= xs[i - j]
        out.append(parity)
    return out
