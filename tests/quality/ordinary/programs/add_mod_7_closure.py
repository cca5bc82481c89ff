# task: Add_Mod_7
# verdict: PROVED
def program(xs):
    total = 0

    def add(v):
        nonlocal total
        total = (total + v) % 7
        return total

    out = []
    for x in xs:
        out.append(add(x))
    return out
