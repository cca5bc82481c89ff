# task: Prev4
# verdict: REFUTED, a delay of five
def program(xs):
    line = [0] * 5
    out = []
    for x in xs:
        out.append(line[0])
        line = line[1:] + [x]
    return out
