# task: Prev5
# verdict: REFUTED, the ring buffer has six places
SIZE = 6


def program(xs):
    ring = [0] * SIZE
    out = []
    for i, x in enumerate(xs):
        out.append(ring[i % SIZE])
        ring[i % SIZE] = x
    return out
