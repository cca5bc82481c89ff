# task: Base_4_Addition
# verdict: PROVED
BASE = 4


def program(pairs):
    """Digits of the sum, least significant first."""
    digits = []
    carry = 0
    for a, b in pairs:
        s = a + b + carry
        if s >= BASE:
            digits.append(s - BASE)
            carry = 1
        else:
            digits.append(s)
            carry = 0
    return digits
