# task: Binary_Addition
# verdict: PROVED
def program(xs, ws):
    carry = 0
    out = []
    for a, b in zip(xs, ws):
        out.append(a ^ b ^ carry)
        carry = (a & b) | (carry & (a ^ b))
    return out
