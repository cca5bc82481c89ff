# task: Abs_Diff
# verdict: PROVED
from typing import List


def absolute_difference(a: int, b: int) -> int:
    return max(a, b) - min(a, b)


def program(xs: List[int]) -> List[int]:
    previous = 0
    out: List[int] = []
    for x in xs:
        out.append(absolute_difference(x, previous))
        previous = x
    return out


print(program([1, 2, 3]))
