# task: Sum_Last5
# verdict: REFUTED, four values for five
def program(xs):
    out = []
    i = 0
    while i < len(xs):
        total = 0
        k = 0
        while k < 4 and i - k >= 0:
            total += xs[i - k]
            k += 1
        out.append(total)
        i += 1
    return out
