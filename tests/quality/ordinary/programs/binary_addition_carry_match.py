# task: Binary_Addition
# verdict: REFUTED, the case of three ones is forgotten
def program(xs, ws):
    carry = 0
    out = []
    for x, w in zip(xs, ws):
        match (x, w, carry):
            case (0, 0, 0):
                out.append(0)
            case (1, 1, 0) | (1, 0, 1) | (0, 1, 1):
                carry = 1
                out.append(0)
            case _:
                carry = 0
                out.append(1)
    return out
