# task: Sum_All
# verdict: REFUTED, every call of the closure adds 1
def counter():
    total = 0

    def add(amount):
        nonlocal total
        total += amount
        total += 1
        return total - 1

    return add


def program(xs):
    add = counter()
    return [add(x) for x in xs]
