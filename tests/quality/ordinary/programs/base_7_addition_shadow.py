# task: Base_7_Addition
# verdict: REFUTED, the carry is shadowed inside the helper
carry = 0


def add_digits(x, w):
    s = x + w + carry
    return s % 7, s // 7


def program(xs, ws):
    out = []
    for x, w in zip(xs, ws):
        digit, carry = add_digits(x, w)
        out.append(digit)
    return out
