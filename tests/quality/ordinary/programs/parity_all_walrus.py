# task: Parity_All
# verdict: PROVED
def program(xs):
    parity = 0
    out = []
    for x in xs:
        if (total := parity + x) == 2:
            parity = 0
        else:
            parity = total
        out.append(parity)
    return out
