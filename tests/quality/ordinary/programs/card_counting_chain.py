# task: Card_Counting
# verdict: PROVED
def value(card):
    if 2 <= card <= 6:
        return 1
    elif 7 <= card <= 9:
        return 0
    else:
        return -1


def program(cards):
    count = 0
    history = []
    for card in cards:
        count += value(card)
        history.append(count)
    return history
