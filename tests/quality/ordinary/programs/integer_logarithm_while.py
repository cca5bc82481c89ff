# task: Integer_Logarithm
# verdict: PROVED
def log2(n):
    k = 0
    while n >= 2:
        n //= 2
        k += 1
    return k


def program(xs):
    return [log2(x) for x in xs]
