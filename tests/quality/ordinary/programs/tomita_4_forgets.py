# task: Tomita_4
# verdict: REFUTED, 000 is forgotten after a 1
def program(xs):
    zeros = 0
    out = []
    for x in xs:
        zeros = zeros + 1 if x == 0 else 0
        out.append(1 if zeros < 3 else 0)
    return out
