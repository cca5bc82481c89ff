# task: Evens_Detector
# verdict: PROVED
EVENS = {0, 2, 4, 6, 8}


def program(xs):
    return [1 if x in EVENS else 0 for x in xs]
