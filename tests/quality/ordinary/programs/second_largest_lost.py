# task: Second_Largest
# verdict: REFUTED, the old largest is lost
def program(xs):
    first, second = 0, 0
    out = []
    for x in xs:
        if x > first:
            first = x
        elif x > second:
            second = x
        out.append(second)
    return out
