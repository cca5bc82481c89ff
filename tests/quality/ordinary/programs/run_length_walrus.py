# task: Run_Length
# verdict: PROVED
def program(xs):
    n = 0
    return [n := n * x + x for x in xs]
