# task: Newton_Freebody
# verdict: PROVED
class Body:
    def __init__(self, position=0, velocity=0):
        self.position = position
        self.velocity = velocity

    def step(self, force):
        self.velocity += force
        self.position += self.velocity
        return self.position
