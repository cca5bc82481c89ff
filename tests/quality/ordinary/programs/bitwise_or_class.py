# task: Bitwise_Or
# verdict: PROVED
class Or:
    def step(self, x, w):
        return x | w
