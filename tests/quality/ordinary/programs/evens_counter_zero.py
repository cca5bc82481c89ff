# task: Evens_Counter
# verdict: REFUTED, zero is not counted
def program(xs):
    count = 0
    out = []
    for x in xs:
        if x and x % 2 == 0:
            count += 1
        out.append(count)
    return out
