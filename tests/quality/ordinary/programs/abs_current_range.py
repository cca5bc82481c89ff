# task: Abs_Current
# verdict: REFUTED, the sign of -1 is kept
def program(numbers):
    out = [0] * len(numbers)
    for i in range(len(numbers)):
        if numbers[i] < -1:
            out[i] = numbers[i] * -1
        else:
            out[i] = numbers[i]
    return out
