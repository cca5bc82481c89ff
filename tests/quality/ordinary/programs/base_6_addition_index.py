# task: Base_6_Addition
# verdict: PROVED
def add_base(a, b, base):
    n = len(a)
    carry = 0
    result = [0] * n
    for i in range(n):
        s = a[i] + b[i] + carry
        result[i] = s % base
        carry = s // base
    return result


def program(xs, ws):
    return add_base(xs, ws, 6)
