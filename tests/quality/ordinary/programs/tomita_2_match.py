# task: Tomita_2
# verdict: PROVED
def program(xs):
    state = "even"
    out = []
    for x in xs:
        match (state, x):
            case ("even", 1):
                state = "odd"
            case ("odd", 0):
                state = "even"
            case _:
                state = "error"
        out.append(int(state == "even"))
    return out
