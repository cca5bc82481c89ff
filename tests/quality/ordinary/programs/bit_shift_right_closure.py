# task: Bit_Shift_Right
# verdict: PROVED
def make_delay():
    previous = 0

    def delay(bit):
        nonlocal previous
        result = previous
        previous = bit
        return result

    return delay


def program(xs):
    delay = make_delay()
    return [delay(x) for x in xs]
