# task: Parity_Zeros
# verdict: REFUTED, the parity of the ones
def program(xs):
    return [sum(1 for b in xs[: i + 1] if b) % 2 for i in range(len(xs))]
