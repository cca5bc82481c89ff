# task: Div_5
# verdict: PROVED
class LongDivision:
    """Divides a binary number by five."""

    def __init__(self, divisor: int = 5) -> None:
        self.divisor = divisor
        self.remainder = 0

    def step(self, bit: int) -> int:
        quotient, self.remainder = divmod(self.remainder * 2 + bit, self.divisor)
        return quotient
