# task: Alternating_Last4
# verdict: PROVED
PATTERNS = (5, 10)  # 0101 and 1010


def program(xs):
    window = 0
    out = []
    for bit in xs:
        window = (window * 2 + bit) % 16
        out.append(int(window in PATTERNS))
    return out
