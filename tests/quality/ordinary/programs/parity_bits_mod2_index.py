# task: Parity_Bits_Mod2
# verdict: PROVED
def program(xs):
    return [i % 2 for i in range(len(xs))]
