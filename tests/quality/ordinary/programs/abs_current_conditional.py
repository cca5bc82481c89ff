# task: Abs_Current
# verdict: PROVED
def program(xs):
    result = []
    for x in xs:
        result.append(x if x >= 0 else -x)
    return result


if __name__ == "__main__":
    print(program([1, -2, 3]))
