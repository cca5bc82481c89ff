# task: Alternating_Last3
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        a = xs[i - 2] if i >= 2 else 0
        b = xs[i - 1] if i >= 1 else 0
        c = xs[i]
        if a != b and b != c:
            out.append(1)
        else:
            out.append(0)
    return out
