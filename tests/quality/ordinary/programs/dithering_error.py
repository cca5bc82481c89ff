# task: Dithering
# verdict: PROVED
LEVELS = 15


def program(xs):
    error = 0
    out = []
    for x in xs:
        value = x + error
        if value >= LEVELS:
            pixel = value // LEVELS
            error = value - pixel * LEVELS
        else:
            pixel = 0
            error = value
        out.append(pixel)
    return out
