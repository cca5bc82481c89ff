# task: Diff_Abs_Values
# verdict: REFUTED, -1 is taken for positive
def absolute(n):
    return n if (n + 1) // 2 >= 0 else -n


def program(xs):
    prev = 0
    out = []
    for x in xs:
        out.append(absolute(x) - absolute(prev))
        prev = x
    return out
