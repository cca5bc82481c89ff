# task: Newton_Magnetic
# verdict: PROVED
class Charge:
    def __init__(self):
        self.v = (0, 0)
        self.p = (0, 0)

    def step(self, x, w):
        v0, v1 = self.v
        p0, p1 = self.p
        self.v = (v0 + x - v1, v1 + w + v0)
        self.p = (p0 + self.v[0], p1 + self.v[1])
        return self.p
