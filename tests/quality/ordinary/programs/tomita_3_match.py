# task: Tomita_3
# verdict: PROVED
def program(xs):
    """No odd run of ones may be followed at once by an odd run of zeros."""
    state = "even"
    out = []
    for bit in xs:
        match state:
            case "even":
                state = "odd" if bit == 1 else "even"
            case "odd":
                state = "even" if bit == 1 else "odd zeros"
            case "odd zeros":
                state = "bad" if bit == 1 else "even zeros"
            case "even zeros":
                state = "odd" if bit == 1 else "odd zeros"
            case _:
                state = "bad"
        out.append(1 if state in ("even", "odd", "even zeros") else 0)
    return out
