# task: Bitwise_Or
# verdict: REFUTED, 1 + 1 is 2
def program(pairs):
    return [a + b for a, b in pairs]
