# task: Base_4_Addition
# verdict: REFUTED, quotient and remainder are swapped
def program(xs, ws):
    carry = 0
    out = []
    for x, w in zip(xs, ws):
        digit, carry = divmod(x + w + carry, 4)
        out.append(digit)
    return out


print(program([1, 2, 3], [3, 3, 0]))
