# task: Bit_Shift_Right
# verdict: PROVED
def program(xs):
    out = [0] * len(xs)
    for i in range(1, len(xs)):
        out[i] = xs[i - 1]
    return out
