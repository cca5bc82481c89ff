# task: Add_Mod_6
# verdict: PROVED
class ModCounter:
    MODULUS = 6

    def __init__(self) -> None:
        self.total = 0

    def _wrap(self, value: int) -> int:
        return value % self.MODULUS

    def step(self, x: int) -> int:
        self.total = self._wrap(self.total + x)
        return self.total
