# task: Newton_Gravity
# verdict: PROVED
GRAVITY = 1


def program(forces: list[int]) -> list[int]:
    """Position of a falling body."""
    v: int = 0
    y: int = 0
    positions: list[int] = []
    for f in forces:
        v = v + f - GRAVITY
        y = y + v
        positions.append(y)
    return positions


print(program([1, 2, 3]))
