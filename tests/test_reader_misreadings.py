"""What was once read as something else: it is refused now, or does what Python does."""

import random
from textwrap import dedent, indent

import pytest

from mips_verify.reader import OutsideSubset, read_program
from tests.python_runs import as_machine, as_python

# bodies of `for x in xs:` after the lines before the first "--"
LOOPS = {
    "a first value that no early step changes": """
        w = []
        e = 5
        i = -1
        --
        i += 1
        w.append(x)
        if len(w) > 2:
            w.pop(0)
        if i > 1 and x:
            e = x
        y = e
    """,
    "keys whose texts are alike": """
        d = {1: 0, "1": 0, None: 0, "None": 0}
        --
        d[1] += x
        d["1"] -= 2 * x
        d["None"] += 3
        y = d[1] + d[None]
    """,
    "bound methods of a list that is replaced": """
        a = [0, 1]
        put = a.insert
        get = a.pop
        --
        put(0, x)
        get()
        y = a[0]
        a = [7, 8]
    """,
    "zip() used twice": """
        z = zip((1, 2), (3, 4))
        s = 0
        --
        for a, b in z:
            s += a * b
        y = s + x
    """,
    "enumerate() used twice": """
        --
        e = enumerate((x, 2, 3))
        a = sum(i * v for i, v in e)
        y = a + sum(i * v for i, v in e)
    """,
    "a loop that changes what it is over": """
        --
        s = [x, 1, 2]
        for k, v in enumerate(s):
            if k < 2:
                s[k + 1] += v
        y = s[2]
    """,
    "a loop that makes what it is over longer": """
        --
        s = [x]
        for v in s:
            if len(s) < 4:
                s.append(v + 1)
        y = sum(s)
    """,
    "items of a dictionary that changes": """
        --
        d = {0: x, 1: 1}
        t = 0
        for k, v in d.items():
            d[1] = 5
            t += v
        y = t
    """,
    "values of a dictionary that changes": """
        d = {0: 1, 1: 2}
        vals = d.values()
        --
        d[0] += x
        y = sum(vals)
    """,
    "values of a dictionary by index": """
        --
        d = {0: x}
        y = d.values()[0]
    """,
    "the order of a set": """
        --
        t = x
        for v in {3, 1, 2}:
            t = t * 10 + v
        y = t
    """,
    "any() over map()": """
        n = 0
        --
        def f(v):
            nonlocal n
            n += 1
            return v > 0
        any(map(f, (1, x, 3)))
        y = n
    """,
    "max() with a key that counts": """
        n = 0
        --
        def f(v):
            nonlocal n
            n += 1
            return -v
        max((1, x, 3), key=f)
        y = n
    """,
    "a generator that nobody consumes": """
        total = 0
        --
        def bump(k):
            nonlocal total
            total += k
            yield 0
        bump(x)
        y = total
    """,
    "what was seen so far compared with its largest": """
        seen = []
        --
        seen.append(x)
        y = sum(1 for v in seen if v == max(seen))
    """,
    "what was seen so far compared with the last": """
        seen = []
        --
        seen.append(x)
        c = 0
        for v in seen:
            if v > seen[-1]:
                c += 1
        y = c + sum(v * len(seen) for v in seen)
    """,
    "one place in the file over two lists": """
        a = []
        b = []
        --
        a.append(x)
        b.append(2 * x)
        t = 0
        for h in (a, b):
            t += sum(h)
        y = t
    """,
    "':=' in what is computed over all letters": """
        seen = []
        --
        seen.append(x)
        t = 0
        y = sum((t := t + v) for v in seen)
    """,
    "max() with a default of several": "--\ny = max(x, 2, default=0)",
    "sum() of texts": "--\ny = len(sum(['a'], '')) + x",
    "sum() with two first values": "--\ny = sum([x], 2, start=3)",
    "a list as a key": "D = {0: 1}\n--\ny = D.get([x], 0)",
    "a list in a dictionary": "D = {0: 1}\n--\ny = 1 if [x] in D else 0",
    "an annotation that calls": """
        n = 0
        d = {0: 0}
        --
        def f():
            nonlocal n
            n += 1
            return 0
        d[f()]: int
        y = n + x
    """,
    "an iterator given to a class": """
        --
        class A:
            def __init__(self, g):
                self.g = g
        a = A(v for v in (x, 1))
        y = sum(a.g) + sum(a.g)
    """,
    "a tuple that doubles": "--\nt = (x, 1)\nfor k in range(40):\n    t = (t, t)\ny = len(t)",
    "objects in a list that grows": """
        pairs = []
        --
        pairs.append([x, x + 1])
        y = pairs[-1][1]
    """,
}
WHOLE = {
    "a loop that changes what another one filled": """
        def program(xs):
            out = [0] * len(xs)
            for i in range(len(xs)):
                out[i] = xs[i]
            for i in range(len(xs)):
                out[i] = out[i] + 1
            return out
    """,
    "a copy of a list before it is filled": """
        def program(xs):
            ys = [0] * len(xs)
            zs = ys[:]
            for i in range(len(xs)):
                ys[i] = xs[i]
            return zs
    """,
    "an attribute called kept": """
        class Box:
            def __init__(self, v, kept):
                self.v = v
                self.kept = kept


        def program(xs):
            box = Box(5, Box(5, None))
            out = []
            for x in xs:
                out.append(box.kept.v)
                box = Box(x, Box(-x, None))
            return out
    """,
    "the scope of a generator": """
        k = 5


        def program(xs):
            k = 2
            return (x * k for x in xs)
    """,
    "a comprehension for its effects": """
        def program(xs):
            out = []
            for i in range(len(xs)):
                s = 0
                [(s := s + v) for v in xs[: i + 1]]
                out.append(s)
            return out
    """,
    "a list that may be empty": """
        def program(xs):
            d = [b - a for a, b in zip(xs, xs[1:])]
            return [0 if not d else 1] + d
    """,
    "a slice that a short input does not have": """
        def program(xs):
            return [0, 0] + xs[2:]
    """,
    "a test of a loop with effects": """
        def program(xs):
            out, i = [], -1
            while (i := i + 1) < len(xs):
                out.append(1)
                i += 1
            return out
    """,
    "a list rewritten after a sum over it": """
        def program(xs):
            out = [0] * len(xs)
            for i in range(len(xs)):
                out[i] = xs[i]
                s = sum(out[: i + 1])
                out[i] = s
            return out
    """,
    "the name of the file assigned": """
        __name__ = "__main__"


        def program(xs):
            return xs


        if __name__ == "__main__":

            def program(xs):
                return [2 * x for x in xs]
    """,
    "state of a closure that a demonstration changes": """
        def make():
            n = 0

            def tick(x):
                nonlocal n
                n += 1
                return n

            return tick


        tick = make()


        def program(xs):
            return [tick(x) for x in xs]


        print(program([1, 2, 3]))
    """,
    "lists made in one loop and read in another": """
        def program(xs):
            pairs = []
            for x in xs:
                pairs.append([x, x + 1])
            return [p[0] + p[1] for p in pairs]
    """,
    "shown at work before a constant is there": """
        def program(xs):
            return [x + K for x in xs]


        print(program([1]))
        K = 2
    """,
    "a class whose method reads a closure that changes": """
        def program(xs):
            k = 0
            out = []

            class A:
                def f(self, v):
                    return v * k

            for i in range(len(xs)):
                k += 1
                out.append(sum(A().f(v) for v in xs[: i + 1]))
            return out
    """,
    "a class constant made of another one": """
        K = 1


        class A:
            K = 2
            J = K + 1

            def step(self, x):
                return x + self.J


        def program(xs):
            a = A()
            return [a.step(x) for x in xs]
    """,
    "a long expression in a test at the top": "if " + "+".join(["1"] * 600) + ":\n    K = 1\n\n\n"
    "def program(xs):\n    return xs\n",
}


def agrees_or_is_refused(source):
    try:
        machine = read_program(source, inputs=("x",))
    except OutsideSubset:
        return
    draw = random.Random(0)
    for length in [1, 2, 3, 4, 5, 7, 9, 12] * 6:
        word = [(draw.choice((-4, -1, 0, 0, 1, 2, 3)),) for _ in range(length)]
        found = as_machine(machine, word)
        assert found is None or found == as_python(source, word, ("x",)), (word, str(machine))


@pytest.mark.parametrize("name", LOOPS)
def test_a_step_is_refused_or_does_what_python_does(name):
    before, _, body = ("\n" + dedent(LOOPS[name])).partition("--\n")
    source = "def program(xs):\n    out = []\n" + indent(before.strip("\n"), " " * 4)
    source += "\n    for x in xs:\n" + indent(body.strip("\n"), " " * 8)
    agrees_or_is_refused(source + "\n        out.append(y)\n    return out\n")


@pytest.mark.parametrize("name", WHOLE)
def test_a_program_is_refused_or_does_what_python_does(name):
    agrees_or_is_refused(dedent(WHOLE[name]))
