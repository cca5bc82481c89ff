# task: Sum_Last6
# verdict: REFUTED, the conditional takes in the whole sum
def program(xs):
    a = b = c = d = e = None
    out = []
    for x in xs:
        out.append(x + a + b + c + d + e if e is not None else x if a is None else x + a)
        a, b, c, d, e = x, a, b, c, d
    return out
