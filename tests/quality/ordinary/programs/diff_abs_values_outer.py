# task: Diff_Abs_Values
# verdict: REFUTED, the absolute value of the difference
def program(xs):
    prev = 0
    out = []
    for x in xs:
        out.append(abs(abs(x) - abs(prev)))
        prev = x
    return out
