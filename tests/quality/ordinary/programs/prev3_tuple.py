# task: Prev3
# verdict: PROVED
def program(xs):
    a = b = c = 0
    out = []
    for x in xs:
        out.append(c)
        a, b, c = x, a, b
    return out
