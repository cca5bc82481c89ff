# task: Newton_Magnetic
# verdict: PROVED
def program(xs, ws):
    vx = vy = 0
    px = py = 0
    out = []
    for x, w in zip(xs, ws):
        vx, vy = vx + x - vy, vy + w + vx
        px += vx
        py += vy
        out.append((px, py))
    return out
