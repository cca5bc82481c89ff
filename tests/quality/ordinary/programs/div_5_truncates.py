# task: Div_5
# verdict: REFUTED, the remainder is not reduced where it equals 5
def program(xs):
    r = 0
    out = []
    for x in xs:
        r = r * 2 + x
        out.append(r // 5)
        if r > 5:
            r = r - 5
    return out
