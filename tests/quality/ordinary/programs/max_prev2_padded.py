# task: Max_Prev2
# verdict: PROVED
def program(xs):
    padded = [0, 0] + xs
    return [max(padded[i : i + 3]) for i in range(len(xs))]
