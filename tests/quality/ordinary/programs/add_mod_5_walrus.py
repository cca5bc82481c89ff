# task: Add_Mod_5
# verdict: REFUTED, a multiple of 5 leaves the sum as it was
def program(xs):
    total = 0
    out = []
    for x in xs:
        if rest := (total + x) % 5:
            total = rest
        out.append(total)
    return out
