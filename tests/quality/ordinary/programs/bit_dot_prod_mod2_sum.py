# task: Bit_Dot_Prod_Mod2
# verdict: PROVED
def program(xs, ws):
    out = []
    for i in range(len(xs)):
        out.append(sum(x * w for x, w in zip(xs[: i + 1], ws[: i + 1])) % 2)
    return out
