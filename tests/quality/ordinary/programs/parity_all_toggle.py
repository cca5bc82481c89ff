# task: Parity_All
# verdict: PROVED
def program(bits):
    parity = False
    for bit in bits:
        if bit == 1:
            parity = not parity
        yield int(parity)
