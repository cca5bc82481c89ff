# task: Base_5_Addition
# verdict: REFUTED, carries only above 5
class Adder:
    base = 5

    def __init__(self):
        self.carry = 0

    def step(self, x, w):
        total = x + w + self.carry
        self.carry = 0
        if total > self.base:
            self.carry = 1
            total -= self.base
        return total
