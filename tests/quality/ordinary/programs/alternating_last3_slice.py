# task: Alternating_Last3
# verdict: REFUTED, before the third bit it never answers 1, although zeros come before the start
def program(xs):
    out = []
    for i in range(len(xs)):
        last = xs[max(0, i - 2) : i + 1]
        if len(last) < 3:
            out.append(0)
        else:
            out.append(1 if last == [0, 1, 0] or last == [1, 0, 1] else 0)
    return out
