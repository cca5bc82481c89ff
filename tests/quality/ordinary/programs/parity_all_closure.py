# task: Parity_All
# verdict: REFUTED, toggles at 0 while odd
def program(xs):
    odd = False

    def toggle(bit):
        nonlocal odd
        if bit or odd:
            odd = not odd

    for x in xs:
        toggle(x)
        yield int(odd)
