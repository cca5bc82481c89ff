# task: Sum_All
# verdict: REFUTED, starts over after 1000 steps
class Summer:
    def __init__(self):
        self.total = 0
        self.steps = 0

    def step(self, x):
        self.steps += 1
        if self.steps > 1000:
            self.total = 0
            self.steps = 0
        self.total += x
        return self.total
