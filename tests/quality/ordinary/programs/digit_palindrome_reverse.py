# task: Digit_Palindrome
# verdict: PROVED
def program(xs):
    out = []
    for x in xs:
        hundreds, rest = divmod(x, 100)
        tens, ones = divmod(rest, 10)
        if hundreds:
            out.append(1 if hundreds == ones else 0)
        elif tens:
            out.append(1 if tens == ones else 0)
        else:
            out.append(1)
    return out
