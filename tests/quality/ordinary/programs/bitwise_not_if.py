# task: Bitwise_Not
# verdict: PROVED
def program(xs):
    out = []
    for x in xs:
        if x:
            out.append(0)
        else:
            out.append(1)
    return out


# quick test
demo = [0, 1, 1]
assert program(demo) == [1, 0, 0]
