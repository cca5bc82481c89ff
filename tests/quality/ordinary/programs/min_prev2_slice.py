# task: Min_Prev2
# verdict: REFUTED, the zeros before the start are left out
def program(xs):
    return [min(xs[max(0, i - 2) : i + 1]) for i in range(len(xs))]
