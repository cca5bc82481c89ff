# task: Evens_Detector
# verdict: PROVED
def program(xs):
    return [(x % 2 == 0) and 1 or 0 for x in xs]
