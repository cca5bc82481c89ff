# task: Diff_Last2
# verdict: PROVED
def program(xs):
    shifted = [0] + xs[:-1]
    return [a - b for a, b in zip(xs, shifted)]
