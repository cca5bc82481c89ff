# task: Base_4_Addition
# verdict: REFUTED, the carry is never reset
BASE = 4


def program(pairs):
    digits = []
    carry = 0
    for a, b in pairs:
        s = a + b + carry
        if s >= BASE:
            s -= BASE
            carry = 1
        digits.append(s)
    return digits
