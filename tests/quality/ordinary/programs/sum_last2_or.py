# task: Sum_Last2
# verdict: REFUTED, a 0 is replaced by the previous value
def program(xs):
    prev = 0
    out = []
    for x in xs:
        out.append((x or prev) + prev)
        prev = x
    return out
