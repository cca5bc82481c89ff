# task: Max_Seen
# verdict: PROVED
from itertools import accumulate


def program(xs):
    return list(accumulate(xs, max))
