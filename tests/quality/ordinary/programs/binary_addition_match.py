# task: Binary_Addition
# verdict: PROVED
def program(pairs):
    carry = 0
    out = []
    for x, w in pairs:
        match x + w + carry:
            case 0:
                digit, carry = 0, 0
            case 1:
                digit, carry = 1, 0
            case 2:
                digit, carry = 0, 1
            case _:
                digit, carry = 1, 1
        out.append(digit)
    return out
