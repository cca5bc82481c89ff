# task: Power_Of_Two_Detector
# verdict: REFUTED, 1 is left out
def program(xs):
    return [1 if any(x == 2**k for k in range(1, 7)) else 0 for x in xs]
