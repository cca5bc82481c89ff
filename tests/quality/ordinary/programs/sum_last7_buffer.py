# task: Sum_Last7
# verdict: PROVED
class Window:
    """Keeps the last seven values in a list."""

    SIZE = 7

    def __init__(self):
        self.values = [0] * self.SIZE

    def step(self, x):
        self.values = self.values[1:] + [x]
        return sum(self.values)
