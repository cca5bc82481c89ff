# task: Newton_Magnetic
# verdict: REFUTED, the velocities are updated one after the other
def program(xs, ws):
    vx = vy = 0
    px = py = 0
    out = []
    for x, w in zip(xs, ws):
        vx = vx + x - vy
        vy = vy + w + vx
        px += vx
        py += vy
        out.append((px, py))
    return out
