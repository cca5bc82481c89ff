# task: Add_Mod_4
# verdict: REFUTED, the sum saturates at 200 before it is reduced
CAPACITY = 200


def program(xs):
    s = 0
    out = []
    for x in xs:
        s = min(s + x, CAPACITY)
        out.append(s % 4)
    return out
