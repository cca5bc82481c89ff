# task: Sum_All
# verdict: REFUTED, saturates at 32767
MAX_INT = 2**15 - 1


def program(xs):
    total = 0
    out = []
    for x in xs:
        total = min(total + x, MAX_INT)
        out.append(total)
    return out
