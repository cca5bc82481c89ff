# task: Tomita_5
# verdict: PROVED
def program(xs):
    z = o = 0
    out = []
    for x in xs:
        if x:
            o ^= 1
        else:
            z ^= 1
        out.append(1 if z == o == 0 else 0)
    return out
