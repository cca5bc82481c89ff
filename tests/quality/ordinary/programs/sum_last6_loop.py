# task: Sum_Last6
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        total = 0
        for j in range(max(0, i - 5), i + 1):
            total += xs[j]
        out.append(total)
    return out
