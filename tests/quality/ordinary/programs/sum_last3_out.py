# task: Sum_Last3
# verdict: REFUTED, the subtraction begins one step late
def program(xs):
    out = [0] * len(xs)
    s = 0
    for i, x in enumerate(xs):
        s += x
        if i > 3:
            s -= xs[i - 3]
        out[i] = s
    return out
