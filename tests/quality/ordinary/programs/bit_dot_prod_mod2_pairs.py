# task: Bit_Dot_Prod_Mod2
# verdict: PROVED
def program(pairs):
    odd = False
    out = []
    for x, w in pairs:
        if x and w:
            odd = not odd
        out.append(1 if odd else 0)
    return out
