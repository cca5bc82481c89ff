# task: Sub_Mod_19
# verdict: PROVED
MODULUS = 19


def program(xs):
    s = 0
    out = []
    for x in xs:
        s -= x
        if s < 0:
            s += MODULUS
        out.append(s)
    return out
