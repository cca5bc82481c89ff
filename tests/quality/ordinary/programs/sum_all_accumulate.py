# task: Sum_All
# verdict: PROVED
def program(xs):
    out = [0] * len(xs)
    for i in range(len(xs)):
        if i == 0:
            out[i] = xs[i]
        else:
            out[i] = out[i - 1] + xs[i]
    return out
