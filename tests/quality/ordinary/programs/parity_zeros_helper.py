# task: Parity_Zeros
# verdict: PROVED
def count_zeros(bits):
    n = 0
    for b in bits:
        if b == 0:
            n += 1
    return n


def program(xs):
    return [count_zeros(xs[: i + 1]) % 2 for i in range(len(xs))]
