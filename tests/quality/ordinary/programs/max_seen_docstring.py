# task: Max_Seen
# verdict: REFUTED, the first value is replaced even by a smaller one
def program(xs: list[int]) -> list[int]:
    """
    Running maximum.

    Args:
        xs: the values.

    Returns:
        The maximum so far after every value.
    """
    if not xs:
        return []
    best = xs[0]
    out = [best]
    for i in range(1, len(xs)):
        if xs[i] > best or i == 1:
            best = xs[i]
        out.append(best)
    return out
