# task: Diff_Last2
# verdict: PROVED
from typing import Optional


def program(xs: list[int]) -> list[int]:
    previous: Optional[int] = None
    out = []
    for x in xs:
        if previous is None:
            out.append(x)
        else:
            out.append(x - previous)
        previous = x
    return out
