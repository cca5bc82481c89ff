# task: Tomita_1
# verdict: REFUTED, stops looking after ten bits
def program(xs):
    out = []
    for i in range(len(xs)):
        ok = 1
        for j in range(i + 1):
            if j > 10:
                break
            if xs[j] == 0:
                ok = 0
                break
        out.append(ok)
    return out
