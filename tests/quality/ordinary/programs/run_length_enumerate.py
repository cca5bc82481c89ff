# task: Run_Length
# verdict: REFUTED, counts from the last zero, the start of the sequence aside
def program(xs):
    last_zero = 0
    out = []
    for i, x in enumerate(xs):
        if x == 0:
            last_zero = i
        out.append(i - last_zero)
    return out


def test_program():
    assert program([0, 1, 1]) == [0, 1, 2]
