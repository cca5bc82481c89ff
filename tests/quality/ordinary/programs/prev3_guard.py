# task: Prev3
# verdict: REFUTED, i > 3 for i >= 3
def program(xs):
    return [xs[i - 3] if i > 3 else 0 for i in range(len(xs))]
