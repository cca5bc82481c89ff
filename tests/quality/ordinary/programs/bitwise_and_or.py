# task: Bitwise_And
# verdict: REFUTED, or for and
def program(pairs):
    out = []
    for x, w in pairs:
        out.append(x or w)
    return out
