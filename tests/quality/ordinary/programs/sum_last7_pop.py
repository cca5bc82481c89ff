# task: Sum_Last7
# verdict: REFUTED, the window has eight values
def program(xs):
    window = []
    out = []
    for x in xs:
        window.append(x)
        if len(window) > 8:
            window.pop(0)
        out.append(sum(window))
    return out
