# task: Balanced_Parenthesis
# verdict: REFUTED, forgets that the depth was below zero
def program(xs):
    depth = 0
    out = []
    for x in xs:
        depth += 1 if x == 0 else -1
        out.append(1 if depth == 0 else 0)
    return out
