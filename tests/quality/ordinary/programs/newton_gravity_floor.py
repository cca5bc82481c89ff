# task: Newton_Gravity
# verdict: REFUTED, there is no gravity below -500
def program(forces):
    v = 0
    y = 0
    out = []
    for f in forces:
        v += f - 1 if y > -500 else f
        y += v
        out.append(y)
    return out
