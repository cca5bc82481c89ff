# task: Bit_Palindrome
# verdict: PROVED
def program(bits):
    forward, backward, place = 0, 0, 1
    out = []
    for bit in bits:
        forward = forward * 2 + bit
        backward = backward + bit * place
        place = place * 2
        out.append(int(forward == backward))
    return out
