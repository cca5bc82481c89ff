# task: Newton_Spring
# verdict: PROVED
def program(xs):
    pos, vel = 0, 0
    out = []
    i = 0
    while i < len(xs):
        pos += vel
        vel += xs[i] - pos
        out.append(pos + vel)
        i += 1
    return out
