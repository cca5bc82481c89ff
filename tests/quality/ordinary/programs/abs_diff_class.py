# task: Abs_Diff
# verdict: REFUTED, the first output is 0 instead of abs(x)
class AbsDiff:
    """Absolute difference of neighbouring values."""

    def __init__(self):
        self.last = None

    def step(self, x):
        if self.last is None:
            self.last = x
            return 0
        d = x - self.last
        self.last = x
        if d < 0:
            d = -d
        return d
