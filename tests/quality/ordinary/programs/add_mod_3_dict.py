# task: Add_Mod_3
# verdict: PROVED
NEXT = {
    0: {0: 0, 1: 1, 2: 2},
    1: {0: 1, 1: 2, 2: 0},
    2: {0: 2, 1: 0, 2: 1},
}


def program(xs):
    state = 0
    out = []
    for x in xs:
        state = NEXT[state][x]
        out.append(state)
    return out
