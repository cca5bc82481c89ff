# task: Parity_Zeros
# verdict: PROVED
def program(xs: list[int]) -> list[int]:
    """Parity of the zeros in every prefix."""
    return [xs[: i + 1].count(0) % 2 for i in range(len(xs))]
