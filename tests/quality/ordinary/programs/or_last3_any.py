# task: Or_Last3
# verdict: PROVED
def program(xs):
    return [int(any(xs[max(0, i - 2) : i + 1])) for i in range(len(xs))]
