# task: Evens_Counter
# verdict: REFUTED, counts the values 0 to 6 only
from typing import List


def program(xs: List[int]) -> List[int]:
    result: List[int] = []
    for i in range(len(xs)):
        prefix = xs[: i + 1]
        result.append(prefix.count(0) + prefix.count(2) + prefix.count(4) + prefix.count(6))
    return result


if __name__ == "__main__":
    print(program([1, 2, 3, 4]))
