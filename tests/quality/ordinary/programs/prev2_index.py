# task: Prev2
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        if i >= 2:
            out.append(xs[i - 2])
        else:
            out.append(0)
    return out
