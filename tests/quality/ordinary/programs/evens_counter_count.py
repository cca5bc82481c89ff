# task: Evens_Counter
# verdict: PROVED
def program(xs):
    return [sum(1 for v in xs[: i + 1] if v % 2 == 0) for i in range(len(xs))]
