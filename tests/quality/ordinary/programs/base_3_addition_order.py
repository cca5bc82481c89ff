# task: Base_3_Addition
# verdict: REFUTED, the carry is updated before the digit is made
def program(xs, ws):
    carry = 0
    out = []
    for x, w in zip(xs, ws):
        total = x + w + carry
        carry = total // 3
        digit = (x + w + carry) % 3
        out.append(digit)
    return out
