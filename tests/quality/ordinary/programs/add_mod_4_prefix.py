# task: Add_Mod_4
# verdict: PROVED
def program(xs):
    return [sum(xs[: i + 1]) % 4 for i in range(len(xs))]
