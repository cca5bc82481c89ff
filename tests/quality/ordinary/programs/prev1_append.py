# task: Prev1
# verdict: PROVED
def program(xs):
    prev = 0
    out = []
    for x in xs:
        out.append(prev)
        prev = x
    return out
