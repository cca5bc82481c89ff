# task: Set_Size
# verdict: REFUTED, counts changes
def program(xs):
    count = 0
    last = None
    out = []
    for x in xs:
        if last is None or x != last:
            count += 1
        if count > 8:
            count = 8
        last = x
        out.append(count)
    return out
