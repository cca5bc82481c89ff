# task: Majority_0_1
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        ones = xs[: i + 1].count(1)
        zeros = xs[: i + 1].count(0)
        out.append(1 if ones > zeros else 0)
    return out
