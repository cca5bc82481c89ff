# task: Sum_Last3
# verdict: PROVED
def program(xs):
    a, b = 0, 0

    def push(x):
        nonlocal a, b
        total = x + a + b
        a, b = x, a
        return total

    out = []
    for x in xs:
        out.append(push(x))
    return out


assert program([1, 2, 3, 4]) == [1, 3, 6, 9]
