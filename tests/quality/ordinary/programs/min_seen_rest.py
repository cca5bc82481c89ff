# task: Min_Seen
# verdict: PROVED
def program(xs: list[int]) -> list[int]:
    if not xs:
        return []
    smallest = xs[0]
    out = [smallest]
    for x in xs[1:]:
        if x < smallest:
            smallest = x
        out.append(smallest)
    return out
