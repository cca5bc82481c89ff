# task: Prev5
# verdict: PROVED
from collections import deque


def program(xs):
    buffer = deque([0, 0, 0, 0, 0], maxlen=5)
    out = []
    for x in xs:
        out.append(buffer[0])
        buffer.append(x)
    return out
