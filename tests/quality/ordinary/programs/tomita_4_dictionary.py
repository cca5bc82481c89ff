# task: Tomita_4
# verdict: PROVED
TRANSITIONS = {
    "start": {0: "one", 1: "start"},
    "one": {0: "two", 1: "start"},
    "two": {0: "dead", 1: "start"},
    "dead": {0: "dead", 1: "dead"},
}
ACCEPTING = {"start", "one", "two"}


def program(xs):
    state = "start"
    out = []
    for x in xs:
        state = TRANSITIONS[state][x]
        out.append(1 if state in ACCEPTING else 0)
    return out
