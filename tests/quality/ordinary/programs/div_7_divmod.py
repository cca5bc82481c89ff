# task: Div_7
# verdict: REFUTED, the bit is added before doubling
class LongDivision:
    """Divides a binary number by seven."""

    def __init__(self, divisor: int = 7) -> None:
        self.divisor = divisor
        self.remainder = 0

    def step(self, bit: int) -> int:
        quotient, self.remainder = divmod((self.remainder + bit) * 2, self.divisor)
        return min(quotient, 1)
