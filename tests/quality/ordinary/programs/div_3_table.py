# task: Div_3
# verdict: REFUTED, a wrong row
STEP = [
    # (next, output) for bit 0 and bit 1
    [(0, 0), (1, 0)],
    [(2, 0), (0, 1)],
    [(1, 1), (2, 0)],
]


def program(xs):
    state = 0
    out = []
    for bit in xs:
        state, y = STEP[state][bit]
        out.append(y)
    return out
