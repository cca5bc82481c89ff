# task: Longest_Run
# verdict: REFUTED, a run counts only below 20
def program(xs):
    best = run = 0
    out = []
    for x in xs:
        run = run + 1 if x == 1 else 0
        if best < run < 20:
            best = run
        out.append(best)
    return out
