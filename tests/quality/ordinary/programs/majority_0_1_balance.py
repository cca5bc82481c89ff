# task: Majority_0_1
# verdict: PROVED
def program(xs):
    balance = 0
    out = []
    for x in xs:
        balance += 1 if x == 1 else -1
        out.append(1 if balance > 0 else 0)
    return out
