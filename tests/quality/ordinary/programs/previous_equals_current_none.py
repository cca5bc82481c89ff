# task: Previous_Equals_Current
# verdict: REFUTED, nothing equals the first input, not even 0
def program(xs):
    last = None
    out = []
    for x in xs:
        out.append(1 if last is not None and x == last else 0)
        last = x
    return out
