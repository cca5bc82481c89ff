# task: Tomita_4
# verdict: PROVED
def program(xs):
    dead = False
    out = []
    for i in range(len(xs)):
        if i >= 2 and xs[i] == 0 and xs[i - 1] == 0 and xs[i - 2] == 0:
            dead = True
        out.append(0 if dead else 1)
    return out
