# task: Add_Mod_3
# verdict: REFUTED, one wrong edge in the table
TABLE = {
    "zero": ["zero", "one", "two"],
    "one": ["one", "two", "zero"],
    "two": ["two", "zero", "zero"],
}
NUMBER = {"zero": 0, "one": 1, "two": 2}


def program(xs):
    q = "zero"
    ys = []
    for x in xs:
        q = TABLE[q][x]
        ys.append(NUMBER[q])
    return ys
