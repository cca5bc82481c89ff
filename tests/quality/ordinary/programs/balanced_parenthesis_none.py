# task: Balanced_Parenthesis
# verdict: PROVED
OPEN = 0
CLOSE = 1


def program(tokens: list[int]) -> list[int]:
    """Once broken the depth is None for ever."""
    depth = 0
    result = []
    for t in tokens:
        if depth is not None:
            if t == OPEN:
                depth += 1
            elif depth == 0:
                depth = None
            else:
                depth -= 1
        result.append(1 if depth == 0 else 0)
    return result
