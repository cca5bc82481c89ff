# task: Sum_Last4
# verdict: REFUTED, x3 gets the new x2
class Last4:
    def __init__(self):
        self.x1 = 0
        self.x2 = 0
        self.x3 = 0

    def step(self, x):
        y = x + self.x1 + self.x2 + self.x3
        self.x2 = self.x1
        self.x3 = self.x2
        self.x1 = x
        return y
