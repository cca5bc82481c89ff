# task: Prev1
# verdict: REFUTED, the first output is the first input
def program(xs):
    prev = xs[0] if xs else 0
    out = []
    for x in xs:
        out.append(prev)
        prev = x
    return out
