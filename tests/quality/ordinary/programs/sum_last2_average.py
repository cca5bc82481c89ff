# task: Sum_Last2
# verdict: REFUTED, the average times two loses the odd one
def program(xs):
    out = []
    previous = 0
    for x in xs:
        average = (x + previous) // 2
        out.append(average * 2)
        previous = x
    return out
