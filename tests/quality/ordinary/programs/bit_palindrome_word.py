# task: Bit_Palindrome
# verdict: REFUTED, a register of 16 bits
LIMIT = 2**16


def program(bits):
    forward, backward, place = 0, 0, 1
    out = []
    for bit in bits:
        forward = (forward * 2 + bit) % LIMIT
        backward = (backward + bit * place) % LIMIT
        place = place * 2
        out.append(int(forward == backward))
    return out
