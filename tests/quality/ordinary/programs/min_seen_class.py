# task: Min_Seen
# verdict: PROVED
class Minimum:
    def __init__(self):
        self.smallest = None

    def step(self, x):
        if self.smallest is None or x < self.smallest:
            self.smallest = x
        return self.smallest
