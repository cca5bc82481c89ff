# task: Sum_Last3
# verdict: REFUTED, xs[i-2:i+1] is empty at the start where i-2 is negative
def program(xs):
    return [sum(xs[i - 2 : i + 1]) for i in range(len(xs))]
