# task: Prev2
# verdict: REFUTED, the two are shifted in the wrong order
def program(xs):
    a, b = 0, 0
    out = []
    for x in xs:
        out.append(b)
        a = x
        b = a
    return out
