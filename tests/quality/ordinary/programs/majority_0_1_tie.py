# task: Majority_0_1
# verdict: REFUTED, ties go to 1
def program(xs):
    ones = 0
    out = []
    for i, x in enumerate(xs):
        ones += x
        out.append(1 if 2 * ones >= i + 1 else 0)
    return out
