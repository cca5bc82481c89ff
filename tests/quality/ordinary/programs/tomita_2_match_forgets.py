# task: Tomita_2
# verdict: REFUTED, an error is forgiven by the next 1
def program(xs):
    state = "even"
    out = []
    for x in xs:
        match state:
            case "even" | "error":
                state = "odd" if x == 1 else "error"
            case "odd":
                state = "even" if x == 0 else "error"
        out.append(int(state == "even"))
    return out
