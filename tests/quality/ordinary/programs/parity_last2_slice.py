# task: Parity_Last2
# verdict: REFUTED, a slice of one bit only
def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(sum(xs[max(0, i - 1) : i]) % 2)
    return out
