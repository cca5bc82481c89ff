# task: Max_Seen
# verdict: REFUTED, forgets what is more than 40 steps ago
def program(xs):
    return [max(xs[max(0, i - 39) : i + 1]) for i in range(len(xs))]
