# task: Longest_Run
# verdict: PROVED
def program(xs):
    best = run = 0
    out = []
    for x in xs:
        if x == 1:
            run += 1
        else:
            run = 0
        if run > best:
            best = run
        out.append(best)
    return out
