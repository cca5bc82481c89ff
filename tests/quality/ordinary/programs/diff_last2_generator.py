# task: Diff_Last2
# verdict: REFUTED, the older minus the newer
def program(xs):
    previous = 0
    for current in xs:
        yield previous - current
        previous = current
