# task: Parity_Last3
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        window = xs[max(0, i - 2) : i + 1]
        out.append(sum(window) % 2)
    return out
