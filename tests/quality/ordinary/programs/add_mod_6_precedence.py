# task: Add_Mod_6
# verdict: REFUTED, % binds tighter than +
def program(xs):
    acc = 0
    out = []
    for x in xs:
        acc = acc + x % 6
        out.append(acc)
    return out
