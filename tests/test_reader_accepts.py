"""Programs in many styles are read as the machines that they are, compared with running them."""

import itertools
from textwrap import dedent

import pytest

from mips_verify.kernel.machine import old
from mips_verify.reader import read_program

# each is read with the inputs named by its parameters' count: one, or x and w
ONE = {
    "running sum": """
        def f(xs):
            total = 0
            out = []
            for x in xs:
                total += x
                out.append(total)
            return out
    """,
    "any names, annotations and a docstring": """
        from collections.abc import Sequence

        LIMIT: int = 3

        def _private(a):
            return a

        def running(values: Sequence[int]) -> list[int]:
            '''Text.'''
            best: int = 0
            answers: list[int] = []
            for value in values:
                best = max(best, value, -LIMIT)
                answers.append(best)
            return answers
    """,
    "simultaneous assignment": """
        def f(xs):
            a, b = 0, 1
            out = []
            for x in xs:
                a, b = b, a + x
                out.append(a - b)
            return out
    """,
    "assignments one after the other": """
        def f(xs):
            a = 0
            b = 1
            out = []
            for x in xs:
                a = b
                b = a + x
                out.append(a - b)
            return out
    """,
    "chained assignment and nested tuples": """
        def f(xs):
            a = b = c = 1
            out = []
            for x in xs:
                (a, (b, c)) = (b, (c, a + x))
                a = c = a - c
                out.append(a * b + c)
            return out
    """,
    "the same name twice on the left": """
        def f(xs):
            a = 0
            out = []
            for x in xs:
                a, a = x, a + 1
                out.append(a)
            return out
    """,
    "lists and state in one assignment": """
        def f(xs):
            n, out, table = 0, [], (5, 7, 9)
            for x in xs:
                n = (n + x) % 3
                out.append(table[n])
            return out
    """,
    "conditions as statements": """
        def f(xs):
            mode = 0
            out = []
            for x in xs:
                if x > 2:
                    mode = 1
                elif x < -2:
                    mode = 2
                else:
                    pass
                if mode == 1:
                    out.append(x)
                else:
                    out.append(-x)
            return out
    """,
    "a temporary that lives through steps on which it is not assigned": """
        def f(xs):
            last = 7
            out = []
            for x in xs:
                if x % 2 == 0:
                    last = x
                out.append(last)
            return out
    """,
    "the input reassigned": """
        def f(xs):
            s = 0
            out = []
            for x in xs:
                x = abs(x)
                x += 1
                s = s + x
                out.append(s * x)
            return out
    """,
    "continue": """
        def f(xs):
            n = 0
            out = []
            for x in xs:
                if x == 0:
                    out.append(-1)
                    continue
                if x > 0:
                    n += 1
                    if x > 3:
                        out.append(100)
                        continue
                n += 10
                out.append(n)
            return out
    """,
    "a generator": """
        def f(xs):
            s = 0
            for x in xs:
                s = (s + x) % 4
                yield s
    """,
    "a generator that yields in branches": """
        def f(xs):
            s = 0
            for x in xs:
                if x > s:
                    yield x
                else:
                    yield s
                s = x
    """,
    "truth values": """
        def f(xs):
            seen = False
            out = []
            for x in xs:
                seen = seen or x == 3
                out.append(seen and x > 0)
            return out
    """,
    "a truth value that becomes an integer": """
        def f(xs):
            flag = True
            out = []
            for x in xs:
                flag = 1 - flag + x
                out.append(flag)
            return out
    """,
    "an integer that becomes a truth value": """
        def f(xs):
            s = 5
            out = []
            for x in xs:
                out.append(s + (not s) + (x > s))
                s = x > 2
            return out
    """,
    "a test of an integer": """
        def f(xs):
            n = 0
            out = []
            for x in xs:
                if x % 3:
                    n += 1
                out.append(n if not x else -n)
            return out
    """,
    "integers as conditions": """
        def f(xs):
            n = 0
            out = []
            for x in xs:
                if x and not n or n > 2 and (x - 1):
                    n += x
                out.append(1 if x or n else not (x and n))
            return out
    """,
    "a chain that stops early": """
        T = (1, 2)
        def look(a):
            unused = T[a]
            return a
        def f(xs):
            out = []
            for x in xs:
                out.append(0 <= x < 2 <= look(x) + 1)
            return out
    """,
    "merged truth values": """
        def f(xs):
            up = False
            out = []
            for x in xs:
                if x > 1:
                    up = x > 2
                elif x < -1:
                    up = not up
                out.append(1 if up and x != 3 else 0)
            return out
    """,
    "negative floor division and remainder": """
        K = 2 + 1
        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = s * 2 - x
                out.append(s // -K + s % -K + x // K % (K - 1))
            return out
    """,
    "a table with indices from the end": """
        T = [10, 20, 30, 40]
        def f(xs):
            out = []
            for x in xs:
                out.append(T[x % 7 - 3])
            return out
    """,
    "membership": """
        ODD = {1, 3, 5}
        def f(xs):
            n = 0
            out = []
            for x in xs:
                if x in ODD and x not in (3, -3):
                    n += 1
                out.append(n)
            return out
    """,
    "comparison chains and bits": """
        def f(xs):
            b = 0
            out = []
            for x in xs:
                bit = int(-2 < x <= 2)
                b ^= bit
                out.append((b & bit) + 2 * (b | bit) + (x & 3) + (1 & x))
            return out
    """,
    "helper functions": """
        def clip(a, limit):
            if a > limit:
                return limit
            low = -limit
            if a < low:
                a = low
            return a

        def step(s, x):
            return clip(s + x, 4)

        def solve(xs):
            s = 0
            out = []
            for x in xs:
                s = step(s, x)
                out.append(s if clip(x, 1) == x else step(x, s))
            return out

        def main():
            print(solve([1, 2]))

        if __name__ == "__main__":
            main()
    """,
    "a helper whose truth value is used": """
        def even(a):
            return a % 2 == 0

        def program(xs):
            n = 0
            out = []
            for x in xs:
                if even(x) and not even(n):
                    n += 3
                else:
                    n += even(x)
                out.append(n)
            return out
    """,
    "a comprehension": """
        def f(xs):
            return [abs(x) if x < 3 else 3 for x in xs]
    """,
    "two outputs": """
        def f(xs):
            lo, hi = 0, 0
            out = []
            for x in xs:
                lo, hi = min(lo, x), max(hi, x)
                out.append((lo, hi))
            return out
    """,
    "two outputs from branches": """
        def f(xs):
            out = []
            for x in xs:
                if x > 0:
                    out.append((x, 1))
                else:
                    out.append((0, x))
            return out
    """,
    "a class with a step": """
        class Machine:
            def __init__(self):
                self.a, self.b = 0, 3
                self.on = False

            def unused(self, q):
                return q / 0

            def feed(self, value):
                before = self.a
                self.a += value
                if self.a > 3:
                    self.a = 0
                    self.on = not self.on
                    return before
                self.b = before
                return self.b + self.on

        def f(xs):
            m = Machine()
            return [m.feed(x) for x in xs]
    """,
    "a local name that hides a constant of the file": """
        K = 3
        def f(xs):
            K = 5
            T = (K, 1)
            out = []
            for x in xs:
                out.append(x % K + T[0])
            return out
    """,
    "a variable that is called like a function": """
        def f(xs):
            max = 0
            sum = 1
            out = []
            for x in xs:
                sum += x
                max = max + sum
                out.append(max)
            return out
    """,
    "a variable that is called like the input of the machine": """
        def f(seq):
            x = 1
            out = []
            for v in seq:
                x = x + v
                out.append(x)
            return out
    """,
    "a variable before the loop that the loop assigns as its own": """
        def f(xs):
            x = 9
            out = []
            for x in xs:
                out.append(x + 1)
            return out
    """,
    "constants computed before the loop": """
        BASE = 2
        def f(xs):
            k = BASE * 3 - 1
            k += 1
            top = k - 1
            s = top
            out = []
            for x in xs:
                s = (s + x) % k
                out.append(s == top)
            return out
    """,
    "values nobody needs": """
        def f(xs):
            unused = 0
            out = []
            for x in xs:
                unused += x
                other = unused * 2
                out.append(x)
            return out
    """,
    "a parameter that takes positions only": """
        def f(xs, /):
            out = []
            for x in xs:
                ...
                out.append(x)
            return out
    """,
}
TWO = {
    "pairs": """
        def f(pairs):
            carry = 0
            out = []
            for a, b in pairs:
                total = a + b + carry
                carry = total // 2
                out.append(total % 2)
            return out
    """,
    "two sequences": """
        def f(us, vs):
            s = 0
            out = []
            for u, v in zip(us, vs):
                s += u * v
                out.append(s - v)
            return out
    """,
    "two sequences the other way round": """
        def f(us, vs):
            s = 1
            out = []
            for v, u in zip(vs, us, strict=True):
                s = s * 2 - u + 3 * v
                out.append(s)
            return out
    """,
    "a comprehension": """
        def f(pairs):
            return [(a & 1, b) for a, b in pairs]
    """,
    "a class": """
        class S:
            '''Text.'''
            last: int

            def __init__(self) -> None:
                self.last: int = 0

            def step(self, second: int, first: int) -> int:
                self.last = self.last + first
                return self.last - second

        def program(pairs: list[tuple[int, int]]) -> list[int]:
            s = S()
            return [s.step(b, a) for a, b in pairs]
    """,
}
SMALL = (-4, -1, 0, 1, 2, 3, 5)


def function(source):
    space = {"__name__": "foreign"}
    exec(compile(source, "foreign.py", "exec", dont_inherit=True), space)
    names = [n for n, v in space.items() if getattr(v, "__code__", None) and n[0] != "_"]
    for name in ("program", "solve", "running", "f"):
        if name in names:
            return space[name]
    raise AssertionError(names)


def outputs(ys):
    return [y if isinstance(y, tuple) else (y,) for y in ys]


@pytest.mark.parametrize("name", ONE)
def test_it_means_what_it_does(name):
    source = dedent(ONE[name])
    machine, run = read_program(source, inputs=("x",)), function(source)
    for length in (1, 2, 3):
        for word in itertools.product(SMALL, repeat=length):
            assert machine.run([(x,) for x in word]) == outputs(run(list(word))), word
    for word in ([*SMALL] * 4, [*reversed(SMALL)] * 4, [3, 3, -4, 5, 5] * 5):
        assert machine.run([(x,) for x in word]) == outputs(run(list(word)))


@pytest.mark.parametrize("name", TWO)
def test_two_inputs_mean_what_they_do(name):
    source = dedent(TWO[name])
    machine, run = read_program(source, inputs=("x", "w")), function(source)
    letters = list(itertools.product(SMALL, repeat=2))
    for word in [*itertools.product(letters, repeat=2), letters]:
        word = list(word)
        got = run(*map(list, zip(*word, strict=True))) if name.startswith("two") else run(word)
        assert machine.run(word) == outputs(got), word


def test_only_what_outputs_depend_on_is_state():
    assert read_program(dedent(ONE["values nobody needs"]), inputs=("x",)).state == ()


def test_outputs_read_the_new_state_by_its_name():
    m = read_program(dedent(ONE["running sum"]), inputs=("x",))
    assert [str(e) for e in m.outputs] == ["total"]
    m = read_program(dedent(ONE["a generator that yields in branches"]), inputs=("x",))
    assert [str(e) for e in m.outputs] == [f"x if x > {old('s')} else {old('s')}"]


LOOKUP = """
    T = (1, 2, 3)
    def _look(a):
        unused = T[a]
        return a
    def f(xs):
        s = 0
        out = []
        for x in xs:
            {0}
            out.append(s)
        return out
"""


@pytest.mark.parametrize(
    "line",
    [
        "s = T[x]",
        "T[x] == 1\n",
        "unused = T[x]",
        "unused = T[x] if s == 0 else 0",
        "unused = s == 0 and T[x] == 1",
        "unused = s != 0 or T[x] == 1",
        "s = T[x] * 0",
        "if T[x] == 2:\n                pass",
        "if x > 1:\n                unused = T[x]",
        "if x > 1:\n                s = T[x]",
        "s = T[T[x] - 1]",
        "s, s = T[x], x",
        "t = T[x]\n            s = t if x > 1 else 0",
        "if x > 1:\n                pass\n            else:\n                unused = T[x]",
        "s = int(x > 1 and _look(x) > 0)",
        "s = int(x > 1 or _look(x) > 0)",
        "s = _look(x) if x > 1 else 0",
    ],
)
def test_where_python_fails_the_machine_has_no_value(line):
    if line.endswith("\n"):
        line = f"s = ({line.strip()}) and False"
    source = dedent(LOOKUP.format(line))
    machine, run = read_program(source, inputs=("x",)), function(source)
    failed = 0
    for word in itertools.product((-5, -4, -3, -1, 0, 1, 2, 3, 9), repeat=2):
        try:
            expected = outputs(run(list(word)))
        except IndexError:
            failed += 1
            with pytest.raises(ValueError, match="outside the table"):
                machine.run([(x,) for x in word])
        else:
            assert machine.run([(x,) for x in word]) == expected, word
    assert failed


def test_a_lookup_that_the_result_needs_anyway_adds_nothing():
    m = read_program(dedent(LOOKUP.format("s = T[x % 3] if x > s else 0")), inputs=("x",))
    assert [str(e) for e in m.outputs] == ["s"]
    assert [str(e) for e in m.next] == ["(1, 2, 3)[x % 3] if x > s else 0"]
