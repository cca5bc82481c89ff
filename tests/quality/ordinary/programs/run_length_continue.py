# task: Run_Length
# verdict: PROVED
def program(xs):
    n = 0
    out = []
    for x in xs:
        if x == 0:
            n = 0
            out.append(0)
            continue
        n += 1
        out.append(n)
    return out
