# task: Current_Number
# verdict: REFUTED, 99 is clamped to 98
def program(xs):
    out = []
    for x in xs:
        out.append(min(max(x, 0), 98))
    return out
