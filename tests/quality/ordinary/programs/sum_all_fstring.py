# task: Sum_All
# verdict: PROVED
def program(xs):
    total = 0
    lines = []
    for x in xs:
        total += x
        lines.append(f"{total}")
    return [int(line) for line in lines]
