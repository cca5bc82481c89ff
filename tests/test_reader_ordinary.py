"""Programs as people write them do what Python does, and fail where Python fails."""

import random
from textwrap import dedent

import pytest

from mips_verify.reader import OutsideSubset, read_program
from tests.python_runs import as_machine, as_python

# a pair where there is not one input called x
PROGRAMS = {
    "power": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x ** 2
                out.append(s)
            return out
    """,
    "shift": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x << 1
                out.append(s)
            return out
    """,
    "inversion": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = ~x
                out.append(s)
            return out
    """,
    "divisor of zero": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x // 0
                out.append(s)
            return out
    """,
    "inner loop": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                for i in (1, 2):
                    s += i
                out.append(s)
            return out
    """,
    "match": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                match x:
                    case 1:
                        s = 2
                out.append(s)
            return out
    """,
    "assert": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                assert x >= 0
                out.append(s)
            return out
    """,
    "raise": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                if x < 0:
                    raise ValueError
                out.append(s)
            return out
    """,
    "walrus": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = (y := x) + 1
                out.append(s)
            return out
    """,
    "lambda": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = (lambda: x)()
                out.append(s)
            return out
    """,
    "comprehension": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = [x for x in (1, 2)]
                out.append(s)
            return out
    """,
    "sum of a generator": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = sum(k for k in (1, x))
                out.append(s)
            return out
    """,
    "list state": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = [x]
                out.append(s)
            return out
    """,
    "tuple state": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = (x, 1)
                out.append(s)
            return out
    """,
    "item of the result": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = out[-1]
                out.append(s)
            return out
    """,
    "length of the result": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = len(out)
                out.append(s)
            return out
    """,
    "truth of the result": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                if out:
                    s = 1
                out.append(s)
            return out
    """,
    "item assigned": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                T[0] = x
                out.append(s)
            return out
    """,
    "the sequence itself": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = xs[0]
                out.append(s)
            return out
    """,
    "text": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = 'a'
                out.append(s)
            return out
    """,
    "None": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = None
                out.append(s)
            return out
    """,
    "operand of and": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x and s
                out.append(s)
            return out
    """,
    "operand of or": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = s or 5
                out.append(s)
            return out
    """,
    "keyword": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = max(x, 1, key=abs)
                out.append(s)
            return out
    """,
    "two for one": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s, x = x
                out.append(s)
            return out
    """,
    "temporary read too soon": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s += t
                t = x
                out.append(s)
            return out
    """,
    "temporary from another step": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                if x > 0:
                    t = x
                s += t
                out.append(s)
            return out
    """,
    "mask that is no mask": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x & 6
                out.append(s)
            return out
    """,
    "constant table as a value": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = T
                out.append(s)
            return out
    """,
    "table entry that varies": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = (x, 1)[0]
                out.append(s)
            return out
    """,
    "slice": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = T[1:]
                out.append(s)
            return out
    """,
    "range": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x in range(3)
                out.append(s)
            return out
    """,
    "nested function": """
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                def g():
                    return 1
                out.append(s)
            return out
    """,
    "enumerate": """
        def f(xs):
            out = []
            for i, x in enumerate(xs):
                out.append(x + i)
            return out
    """,
    "two names of the result": """
        def f(xs):
            out = res = []
            for x in xs:
                out.append(x)
            return res
    """,
    "two results": """
        def f(xs):
            out = []
            more = []
            for x in xs:
                out.append(x)
            return out
    """,
    "a branch before the loop": """
        def f(xs):
            out = []
            if xs:
                s = 0
            for x in xs:
                out.append(x)
            return out
    """,
    "state from the sequence": """
        def f(xs):
            s = xs[0]
            out = []
            for x in xs:
                out.append(x - s)
            return out
    """,
    "default of state": """
        def f(xs, s=0):
            out = []
            for x in xs:
                s += x
                out.append(s)
            return out
    """,
    "abs of its own": """
        def abs(a):
            return a - 1
        def program(xs):
            out = []
            for x in xs:
                max = 3
                out.append(abs(max(x, 1)))
            return out
    """,
    "min assigned": """
        min = 3
        def f(xs):
            return [min(x, 1) for x in xs]
    """,
    "zip of its own": """
        def zip(a):
            return a
        def f(xs):
            return [x for x in zip(xs)]
    """,
    "a name bound twice": """
        K = 1
        K = 2
        def f(xs):
            return [x % K for x in xs]
    """,
    "a function defined twice": """
        def f(xs):
            return [x for x in xs]
        def f(xs):
            return [0 for x in xs]
    """,
    "effects at the top level": """
        print("hello")
        def f(xs):
            return [x for x in xs]
    """,
    "a table that changes": """
        T = [1, 2]
        T.append(3)
        def f(xs):
            return [T[x % 2] for x in xs]
    """,
    "attribute without a first value": """
        class Stream:
            def step(self, x):
                self.n += x
                return self.n
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """,
    "attribute set on one path": """
        class Stream:
            def step(self, x):
                if x > 0:
                    self.n = x
                return self.n
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """,
    "first value from an argument": """
        class Stream:
            def __init__(self, n=0):
                self.n = n
            def step(self, x):
                return self.n
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """,
    "attribute that hides its method": """
        class Stream:
            def __init__(self):
                self.step = 0
            def step(self, x):
                return x
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """,
    "a step that may return nothing": """
        class Stream:
            def step(self, x):
                if x > 0:
                    return 1
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """,
    "a step called twice": """
        class Stream:
            def step(self, x):
                return x
        def f(xs):
            s = Stream()
            return [s.step(x) + s.step(x) for x in xs]
    """,
    "a helper that may return nothing": """
        def g(a):
            b = a
        def f(xs):
            return [g(x) for x in xs]
    """,
    "a helper that returns on one path": """
        def g(a):
            if a > 0:
                return a
        def f(xs):
            return [g(x) for x in xs]
    """,
    "a helper with a default": """
        def g(a, b=2):
            return a + b
        def f(xs):
            return [g(x) for x in xs]
    """,
    "a helper that assigns what it reads of the file": """
        K = 3
        def g(a):
            b = K
            K = a
            return b
        def f(xs):
            return [g(x) for x in xs]
    """,
    "a generator that appends": """
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
                yield x
    """,
    "pairs for one input": """
        def f(xs):
            return [x for x, w in xs]
    """,
    "the sequence's own name": """
        def f(xs):
            out = []
            for xs in xs:
                out.append(xs)
            return out
    """,
    "no loop": """
        def f(xs):
            return list(map(abs, xs))
    """,
    "a table of the file hidden by a variable": """
        T = (1, 2)
        def f(xs):
            out = []
            for x in xs:
                T = x
                out.append(T[0])
            return out
    """,
    "one sequence for two inputs": ("""
        def f(pairs):
            return [p for p in pairs]
    """, ("x", "w")),
    "a sequence read twice": ("""
        def f(a, b):
            return [x + y for x, y in zip(a, a)]
    """, ("x", "w")),
    "three variables": ("""
        def f(pairs):
            return [x for x, w, v in pairs]
    """, ("x", "w")),
    "the same variable twice": ("""
        def f(pairs):
            return [x for x, x in pairs]
    """, ("x", "w")),
    "zip of its own, two inputs": ("""
        def zip(a, b):
            return a
        def program(a, b):
            return [x + y for x, y in zip(a, b)]
    """, ("x", "w")),
    "only one of them": ("""
        def f(a, b):
            return [x for x in a]
    """, ("x", "w")),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_does_what_python_does(name):
    entry = PROGRAMS[name]
    text, inputs = entry if isinstance(entry, tuple) else (entry, ("x",))
    source = dedent(text)
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
