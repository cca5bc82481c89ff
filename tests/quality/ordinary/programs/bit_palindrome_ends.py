# task: Bit_Palindrome
# verdict: REFUTED, compares the first and the last bit only
def program(xs):
    out = []
    for i in range(len(xs)):
        out.append(1 if xs[0] == xs[i] else 0)
    return out
