# task: Min_Seen
# verdict: REFUTED, 0 is taken for no value yet
def program(xs):
    lowest = None
    out = []
    for x in xs:
        if not lowest or x < lowest:
            lowest = x
        out.append(lowest)
    return out
