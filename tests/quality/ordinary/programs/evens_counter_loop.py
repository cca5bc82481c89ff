# task: Evens_Counter
# verdict: PROVED
def is_even(n: int) -> bool:
    return n % 2 == 0


def program(xs: list[int]) -> list[int]:
    count = 0
    counts = []
    for x in xs:
        if is_even(x):
            count += 1
        counts.append(count)
    return counts


if __name__ == "__main__":
    for row in ([1, 2, 3], [2, 4]):
        print(row, program(row))
