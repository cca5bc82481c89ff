# task: Bitwise_And
# verdict: PROVED
def program(xs, ws):
    return [1 if x == 1 and w == 1 else 0 for x, w in zip(xs, ws)]
