# task: Card_Counting
# verdict: PROVED
VALUES = {
    1: -1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1,
    7: 0, 8: 0, 9: 0, 10: -1, 11: -1, 12: -1, 13: -1,
}


def program(cards):
    total = 0
    counts = []
    for card in cards:
        total += VALUES[card]
        counts.append(total)
    return counts
