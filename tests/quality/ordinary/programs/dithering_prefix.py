# task: Dithering
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(sum(xs[: i + 1]) // 15 - sum(xs[:i]) // 15)
    return out
