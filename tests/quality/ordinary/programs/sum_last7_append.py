# task: Sum_Last7
# verdict: PROVED
def program(xs):
    window = []
    out = []
    for x in xs:
        window.append(x)
        if len(window) > 7:
            window.pop(0)
        out.append(sum(window))
    return out
