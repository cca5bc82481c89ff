# task: Binary_Addition
# verdict: REFUTED, the carry is only a and b
def program(xs, ws):
    carry = 0
    out = []
    for a, b in zip(xs, ws):
        out.append(a ^ b ^ carry)
        carry = a and b
    return out
