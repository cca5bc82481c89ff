# task: Diff_Abs_Values
# verdict: PROVED
def program(xs):
    ys = []
    for i in range(len(xs)):
        if i == 0:
            ys.append(abs(xs[i]))
        else:
            ys.append(abs(xs[i]) - abs(xs[i - 1]))
    return ys
