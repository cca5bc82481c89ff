# task: Newton_Spring
# verdict: REFUTED, the new position pulls instead of the old one
def program(xs):
    pos, vel = 0, 0
    out = []
    for x in xs:
        pos += vel
        vel += x - pos
        out.append(pos)
    return out
