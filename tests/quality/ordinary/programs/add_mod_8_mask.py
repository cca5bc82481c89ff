# task: Add_Mod_8
# verdict: REFUTED, resets to 0 whenever the sum passes 7
def program(xs):
    acc = 0
    for x in xs:
        acc += x
        if acc > 7:
            acc = 0
        yield acc
