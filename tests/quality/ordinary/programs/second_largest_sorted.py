# task: Second_Largest
# verdict: REFUTED, equal values are thrown together by set
def program(xs):
    out = []
    for i in range(len(xs)):
        ordered = sorted(set(xs[: i + 1]))
        out.append(ordered[-2] if len(ordered) > 1 else 0)
    return out
