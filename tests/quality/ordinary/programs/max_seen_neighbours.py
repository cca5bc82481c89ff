# task: Max_Seen
# verdict: REFUTED, the larger of the last two
def program(xs):
    out = []
    for i in range(len(xs)):
        if i == 0:
            out.append(xs[0])
        else:
            out.append(max(xs[i - 1], xs[i]))
    return out
