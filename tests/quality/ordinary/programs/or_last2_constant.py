# task: Or_Last2
# verdict: PROVED
def program(xs):
    assert isinstance(xs, list)
    previous = 0
    out = []
    for bit in xs:
        out.append(1 if bit == 1 or previous == 1 else 0)
        previous = bit
    return out
