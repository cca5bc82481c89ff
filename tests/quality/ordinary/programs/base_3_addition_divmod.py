# task: Base_3_Addition
# verdict: PROVED
def program(xs, ws):
    carry = 0
    out = []
    for x, w in zip(xs, ws):
        carry, digit = divmod(x + w + carry, 3)
        out.append(digit)
    return out
