# task: Prev2
# verdict: REFUTED, a negative index is no IndexError
def program(xs):
    out = []
    for i in range(len(xs)):
        try:
            out.append(xs[i - 2])
        except IndexError:
            out.append(0)
    return out
