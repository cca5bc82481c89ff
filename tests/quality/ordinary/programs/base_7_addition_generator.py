# task: Base_7_Addition
# verdict: PROVED
def program(xs, ws):
    carry = 0
    for i, (x, w) in enumerate(zip(xs, ws)):
        s = x + w
        s += carry
        carry = int(s >= 7)
        yield s - 7 * carry
