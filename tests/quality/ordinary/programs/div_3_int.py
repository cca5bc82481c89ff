# task: Div_3
# verdict: PROVED
def program(bits):
    remainder = 0
    answer = []
    for bit in bits:
        doubled = (remainder << 1) + bit
        answer.append(int(doubled >= 3))
        remainder = doubled - 3 if doubled >= 3 else doubled
    return answer
