# task: Parity_Last2
# verdict: PROVED
def program(xs):
    out = []
    prev = 0
    for x in xs:
        out.append(0 if x == prev else 1)
        prev = x
    return out
