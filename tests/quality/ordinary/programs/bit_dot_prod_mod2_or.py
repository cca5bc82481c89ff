# task: Bit_Dot_Prod_Mod2
# verdict: REFUTED, or for and
def program(pairs):
    p = 0
    out = []
    for x, w in pairs:
        p = (p + (x or w)) % 2
        out.append(p)
    return out
