# task: Div_7
# verdict: PROVED
def program(xs):
    value = 0
    quotient = 0
    out = []
    for x in xs:
        value = 2 * value + x
        if value >= 7:
            quotient = 1
            value = value - 7
        else:
            quotient = 0
        out.append(quotient)
    return out
