# task: Majority_0_1
# verdict: REFUTED, the newest bit is not counted
def program(xs):
    if not xs:
        return []
    out = []
    for i in range(len(xs)):
        ones = xs[:i].count(1)
        zeros = xs[:i].count(0)
        out.append(1 if ones > zeros else 0)
    return out
