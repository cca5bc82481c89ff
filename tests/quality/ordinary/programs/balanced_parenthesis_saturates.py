# task: Balanced_Parenthesis
# verdict: REFUTED, the depth saturates at 15
class Parser:
    LIMIT = 15

    def __init__(self):
        self.depth = 0
        self.ok = True

    def step(self, x):
        if x == 0:
            self.depth = min(self.depth + 1, self.LIMIT)
        else:
            self.depth -= 1
        if self.depth < 0:
            self.ok = False
        return 1 if self.ok and self.depth == 0 else 0
