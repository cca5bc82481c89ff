# task: Parity_All
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(xs[: i + 1].count(1) % 2)
    return out
