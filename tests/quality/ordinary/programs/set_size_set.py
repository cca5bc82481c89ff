# task: Set_Size
# verdict: PROVED
def program(xs):
    seen = set()
    out = []
    for x in xs:
        seen.add(x)
        out.append(len(seen))
    return out
