# task: Bitwise_Xor
# verdict: PROVED
TRUTH = [[0, 1], [1, 0]]


def program(xs, ws):
    out = []
    for i in range(len(xs)):
        out.append(TRUTH[xs[i]][ws[i]])
    return out
