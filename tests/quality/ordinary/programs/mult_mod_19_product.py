# task: Mult_Mod_19
# verdict: PROVED
P = 19


def program(xs):
    product = 1
    out = []
    for x in xs:
        product *= x
        product %= P
        out.append(product)
    return out
