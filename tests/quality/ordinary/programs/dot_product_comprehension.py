# task: Dot_Product
# verdict: PROVED
def program(xs, ws):
    total = 0
    return [total := total + x * w for x, w in zip(xs, ws)]
