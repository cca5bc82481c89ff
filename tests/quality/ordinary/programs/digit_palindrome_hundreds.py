# task: Digit_Palindrome
# verdict: REFUTED, 100 is read as a palindrome of one digit
def program(xs):
    out = []
    for x in xs:
        first = x
        while first >= 10:
            first = first // 10
        last = x % 10
        if x % 100 == 0:
            last = first
        out.append(1 if first == last else 0)
    return out
