# task: Add_Mod_5
# verdict: REFUTED, > for >= when wrapping
def program(xs):
    i = 0
    total = 0
    out = []
    while i < len(xs):
        total = total + xs[i]
        if total > 5:
            total = total - 5
        out.append(total)
        i = i + 1
    return out
