# task: Parity_Bits_Mod2
# verdict: REFUTED, begins with 1
def program(xs):
    out = []
    for i, _ in enumerate(xs, 1):
        out.append(i % 2)
    return out
