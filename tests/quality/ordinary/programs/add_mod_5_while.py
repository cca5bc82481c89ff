# task: Add_Mod_5
# verdict: PROVED
def program(xs):
    i = 0
    total = 0
    out = []
    while i < len(xs):
        total += xs[i]
        if total >= 5:
            total -= 5
        out.append(total)
        i += 1
    return out
