# task: Alternating_Last4
# verdict: PROVED
def program(xs):
    prev = 0
    run = 1
    out = []
    for x in xs:
        if x == prev:
            run = 1
        elif run < 4:
            run += 1
        prev = x
        out.append(1 if run == 4 else 0)
    return out
