# task: Previous_Equals_Current
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        same = (i == 0 and xs[i] == 0) or (i > 0 and xs[i] == xs[i - 1])
        out.append(1 if same else 0)
    return out
