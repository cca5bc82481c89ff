# task: Newton_Spring
# verdict: PROVED
def program(xs):
    pos, vel = 0, 0
    out = []
    for x in xs:
        vel += x - pos
        pos += vel
        out.append(pos)
    return out
