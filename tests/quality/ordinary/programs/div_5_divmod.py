# task: Div_5
# verdict: PROVED
def program(xs):
    r = 0
    out = []
    for x in xs:
        q, r = divmod(r << 1 | x, 5) if x else divmod(r << 1, 5)
        out.append(q)
    return out
