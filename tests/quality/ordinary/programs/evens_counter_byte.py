# task: Evens_Counter
# verdict: REFUTED, the counter wraps at 256
def program(xs):
    count = 0
    out = []
    for x in xs:
        if x % 2 == 0:
            count = (count + 1) % 256
        out.append(count)
    return out
