# task: Diff_Last2
# verdict: REFUTED, both names are one list, so that the previous value is lost
class Diff:
    def __init__(self):
        self.now = [0]
        self.before = self.now

    def step(self, x):
        self.before = self.now
        self.now[0] = x
        return self.now[0] - self.before[0]
