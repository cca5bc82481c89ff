# task: Balanced_Parenthesis
# verdict: PROVED
def program(xs):
    depth = 0
    out = []
    for x in xs:
        if depth < 0:  # broken already
            out.append(0)
            continue
        if x == 1:
            depth -= 1
        else:
            depth += 1
        out.append(1 if depth == 0 else 0)
    return out
