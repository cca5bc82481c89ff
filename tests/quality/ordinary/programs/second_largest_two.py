# task: Second_Largest
# verdict: PROVED
def program(xs):
    first, second = 0, 0
    out = []
    for x in xs:
        if x > first:
            first, second = x, first
        elif x > second:
            second = x
        out.append(second)
    return out
