# task: Best_Profit
# verdict: PROVED
def program(prices):
    if not prices:
        return []
    lowest = prices[0]
    profit = 0
    out = []
    for price in prices:
        if price < lowest:
            lowest = price
        elif price - lowest > profit:
            profit = price - lowest
        out.append(profit)
    return out
