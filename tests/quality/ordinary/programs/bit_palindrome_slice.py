# task: Bit_Palindrome
# verdict: PROVED
def program(xs):
    out = []
    for i in range(len(xs)):
        prefix = xs[: i + 1]
        out.append(1 if prefix == prefix[::-1] else 0)
    return out
