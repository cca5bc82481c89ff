# task: Card_Counting
# verdict: REFUTED, kings are missing from the table
VALUES = {2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 1: -1, 10: -1, 11: -1, 12: -1}


def program(cards):
    total = 0
    counts = []
    for card in cards:
        total += VALUES.get(card, 0)
        counts.append(total)
    return counts
