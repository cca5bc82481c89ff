# task: Prev4
# verdict: PROVED
class DelayLine:
    def __init__(self):
        self.line = [0, 0, 0, 0]

    def step(self, x):
        oldest = self.line[0]
        self.line = self.line[1:] + [x]
        return oldest
