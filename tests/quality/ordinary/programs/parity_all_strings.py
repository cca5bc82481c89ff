# task: Parity_All
# verdict: REFUTED, stays odd on a 1 after a 0
def program(xs):
    state = "even"
    last = 1
    out = []
    for x in xs:
        if x == 1 and state == "even":
            state = "odd"
        elif x == 1 and last == 1:
            state = "even"
        last = x
        out.append(1 if state == "odd" else 0)
    return out
