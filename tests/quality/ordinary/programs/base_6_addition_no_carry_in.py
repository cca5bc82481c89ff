# task: Base_6_Addition
# verdict: REFUTED, the carry is made without the carry before
def program(xs, ws):
    out = []
    for i in range(len(xs)):
        carry = 0
        if i >= 1 and xs[i - 1] + ws[i - 1] >= 6:
            carry = 1
        out.append((xs[i] + ws[i] + carry) % 6)
    return out
