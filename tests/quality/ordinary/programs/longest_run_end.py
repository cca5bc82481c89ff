# task: Longest_Run
# verdict: REFUTED, the run is looked at only when it ends
def program(xs):
    best = run = 0
    out = []
    for x in xs:
        if x == 1:
            run += 1
        else:
            best = max(best, run)
            run = 0
        out.append(best)
    return out
