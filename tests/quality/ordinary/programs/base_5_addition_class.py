# task: Base_5_Addition
# verdict: PROVED
class Adder:
    base = 5

    def __init__(self):
        self.carry = 0

    def step(self, x, w):
        total = x + w + self.carry
        self.carry = total // self.base
        return total % self.base
