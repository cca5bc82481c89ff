# task: Dithering
# verdict: REFUTED, at most 1 (with > for >=)
class Dither:
    def __init__(self):
        self.error = 0

    def step(self, x):
        self.error += x
        if self.error > 15:
            self.error -= 15
            return 1
        return 0
