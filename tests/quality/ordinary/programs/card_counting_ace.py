# task: Card_Counting
# verdict: REFUTED, the ace counts 0
def value(card):
    if card >= 10:
        return -1
    if 2 <= card <= 6:
        return 1
    return 0


def program(cards):
    count = 0
    history = []
    for card in cards:
        count += value(card)
        history.append(count)
    return history
