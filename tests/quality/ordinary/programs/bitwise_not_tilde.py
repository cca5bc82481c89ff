# task: Bitwise_Not
# verdict: REFUTED, ~ gives -1 and -2
def program(xs):
    return [~x for x in xs]
