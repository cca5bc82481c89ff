# task: Integer_Logarithm
# verdict: PROVED
POWERS = [2, 4, 8, 16, 32, 64]


def program(xs):
    out = []
    for x in xs:
        k = 0
        for p in POWERS:
            if x >= p:
                k += 1
        out.append(k)
    return out
