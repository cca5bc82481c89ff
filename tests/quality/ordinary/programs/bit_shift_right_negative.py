# task: Bit_Shift_Right
# verdict: REFUTED, xs[-1] is the last bit and not 0
def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(xs[i - 1])
    return out
