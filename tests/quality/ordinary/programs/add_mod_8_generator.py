# task: Add_Mod_8
# verdict: PROVED
def program(xs):
    s = 0
    for x in xs:
        s = (s + x) % 2**3
        yield s
