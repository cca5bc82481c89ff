# task: Add_Mod_7
# verdict: REFUTED, starts over after 49 steps
def program(xs):
    total = 0
    steps = 0
    out = []
    for x in xs:
        if steps == 49:
            total = 0
            steps = 0
        total = (total + x) % 7
        steps += 1
        out.append(total)
    return out
