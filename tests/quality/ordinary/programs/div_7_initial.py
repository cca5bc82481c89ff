# task: Div_7
# verdict: REFUTED, the remainder starts at 1
def program(xs):
    rem = 1
    out = []
    for x in xs:
        rem = 2 * rem + x
        out.append(rem // 7)
        rem %= 7
    return out
