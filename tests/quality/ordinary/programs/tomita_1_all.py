# task: Tomita_1
# verdict: PROVED
def program(xs):
    return [1 if all(x == 1 for x in xs[: i + 1]) else 0 for i in range(len(xs))]
