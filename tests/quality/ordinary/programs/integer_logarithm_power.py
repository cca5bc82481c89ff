# task: Integer_Logarithm
# verdict: REFUTED, one too many at powers of two
def log2(n):
    for k in range(7):
        if n < 2**k:
            return k - 1 if k else 0
    return 7


def program(xs):
    return [log2(x) for x in xs]
