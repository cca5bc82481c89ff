# task: Bitwise_Xor
# verdict: REFUTED, the entry of (1, 1) is wrong
TRUTH = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 1}


def program(pairs):
    return [TRUTH[(a, b)] for a, b in pairs]
