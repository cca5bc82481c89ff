# task: Min_Seen
# verdict: REFUTED, the prefix ends before the newest value from the second on
def program(xs):
    out = []
    for i in range(len(xs)):
        if i < 1:
            out.append(xs[i])
        else:
            out.append(min(xs[:i]))
    return out
