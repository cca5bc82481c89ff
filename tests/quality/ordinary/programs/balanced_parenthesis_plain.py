# task: Balanced_Parenthesis
# verdict: PROVED
def program(xs):
    depth = 0
    broken = False
    out = []
    for x in xs:
        if x == 0:
            depth += 1
        else:
            depth -= 1
        if depth < 0:
            broken = True
        if depth == 0 and not broken:
            out.append(1)
        else:
            out.append(0)
    return out
