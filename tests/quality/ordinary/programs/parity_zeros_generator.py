# task: Parity_Zeros
# verdict: PROVED
def program(xs):
    zeros = 0
    for x in xs:
        if x == 0:
            zeros += 1
        yield zeros % 2
