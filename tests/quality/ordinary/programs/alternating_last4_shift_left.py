# task: Alternating_Last4
# verdict: REFUTED, a window of three bits only
def program(xs):
    window = 0
    out = []
    for bit in xs:
        window = ((window << 1) + bit) % 8
        out.append(1 if window == 5 or window == 2 else 0)
    return out
