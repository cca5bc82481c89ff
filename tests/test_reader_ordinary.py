"""Programs as people write them do what Python does, and fail where Python fails."""

import random
from textwrap import dedent

import pytest

from mips_verify.reader import OutsideSubset, read_program
from tests.cases import cases
from tests.python_runs import as_machine, as_python

PROGRAMS = cases("ordinary_programs")


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_does_what_python_does(name):
    source, inputs = PROGRAMS[name]["source"], PROGRAMS[name]["inputs"]
    machine = read_program(source, inputs=inputs)
    draw = random.Random(0)
    for length in [1, 2, 3, 4, 5, 6, 7, 9, 12, 15] * 12:
        word = [tuple(draw.randint(-4, 6) for _ in inputs) for _ in range(length)]
        assert as_machine(machine, word) == as_python(source, word, inputs), (word, str(machine))


SUM = """
def program(xs):
    total, out = 0, []
    for x in xs:
        total += x
        out.append(total)
    return out
"""


@pytest.mark.parametrize(
    "shown",
    [
        "print(program([1, 2, 3]))",
        "print('sums:', program([1, 2]), sep=' ')",
        "print(f'{program([1])!r} and {program([2])}')",
        "EXAMPLE = [4, 5]\nprint(EXAMPLE, len(program(EXAMPLE)))",
        "for example in ([1], [2, 3]):\n    print(example, program(example))",
        "result = program([1, 2])\nprint(result)",
        "assert program([1, 2]) == [1, 3]",
        "if __name__ == '__main__':\n    import sys\n    print(program(list(map(int, sys.argv))))",
    ],
)
def test_code_that_shows_the_program_at_work_changes_nothing(shown):
    machine = read_program(SUM + shown + "\n", inputs=("x",))
    assert machine == read_program(SUM, inputs=("x",))


@pytest.mark.parametrize(
    "shown",
    [
        "assert program([1, 2]) == [1, 2]",
        "print(program([1, 'a']))",
        "print(program(5))",
        "print(program([]))",
        "print(unknown)",
        "print(program([1]) + 1)",
        "print(f'{program([1]):d}')",
        "print = 3\nprint(program([1]))",
        "result = program([1])[5]",
        "program = print",
        "assert program([1, 2]) == [1, y]",
    ],
)
def test_what_may_fail_or_have_effects_at_the_top_level_is_refused(shown):
    with pytest.raises(OutsideSubset):
        read_program(SUM + shown + "\n", inputs=("x",))


def test_a_program_is_not_shown_before_it_is_there_or_where_it_fails():
    table = "T = (1, 2)\ndef program(xs):\n    return [T[x] for x in xs]\n"
    read_program(table + "print(program([0, 1]))\n", inputs=("x",))
    for source in (table + "print(program([2]))\n", "print(program([0]))\n" + table):
        with pytest.raises(OutsideSubset):
            read_program(source, inputs=("x",))


def test_what_only_later_steps_change_starts_as_it_stood_before_the_loop():
    source = dedent("""
        def program(xs):
            kept, n, last, out = 7, 0, [5], []
            for before, x in zip([0] + xs, xs):
                n += 2
                if n > 6:
                    kept = last[0] = x
                out.append(kept + last[0] + before)
            return out
    """)
    machine = read_program(source, inputs=("x",))
    for word in ([(1,)] * 6, [(2,), (0,), (3,), (1,), (4,), (2,), (0,)]):
        assert as_machine(machine, word) == as_python(source, word, ("x",)), str(machine)
