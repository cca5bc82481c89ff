# task: Abs_Diff
# verdict: REFUTED, a difference of 100 or more is cut off
LIMIT = 10**2


def clamp(value, low, high):
    return max(low, min(value, high))


def program(xs):
    previous = 0
    for current in xs:
        yield clamp(abs(current - previous), 0, LIMIT - 1)
        previous = current
