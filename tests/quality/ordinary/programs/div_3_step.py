# task: Div_3
# verdict: PROVED
class Divider:
    """Long division by 3, one bit at a time."""

    DIVISOR = 3

    def __init__(self):
        self.remainder = 0

    def step(self, bit):
        self.remainder = 2 * self.remainder + bit
        if self.remainder >= self.DIVISOR:
            self.remainder -= self.DIVISOR
            return 1
        return 0
