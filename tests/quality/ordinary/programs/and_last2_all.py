# task: And_Last2
# verdict: REFUTED, the first bit alone counts as both
def program(xs):
    return [int(all(xs[max(0, i - 1) : i + 1])) for i in range(len(xs))]
