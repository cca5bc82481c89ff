"""What is not certain to be a machine is refused, with the line and the reason."""

from textwrap import dedent, indent

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.reader import OutsideSubset, read_program

# the line at fault ends in "#!"
IN_THE_LOOP = {
    "float": ("out.append(x * 0.5)  #!", "0.5 is not an integer"),
    "true division": ("s = x / 2  #!", "float"),
    "power": ("s = x ** 2  #!", "multiply"),
    "shift": ("s = x << 1  #!", "<<"),
    "augmented division": ("s /= 2  #!", "float"),
    "inversion": ("s = ~x  #!", "~"),
    "divisor that varies": ("s = x % s  #!", "constant"),
    "divisor of zero": ("s = x // 0  #!", "zero"),
    "while": ("while x > 0:  #!\n    x -= 1", "while"),
    "inner loop": ("for i in (1, 2):  #!\n    s += i", "loop inside"),
    "break": ("if x > 3:\n    break  #!", "break"),
    "early return": ("if x > 3:\n    return out  #!", "return"),
    "try": ("try:  #!\n    s += 1\nexcept ValueError:\n    pass", "try"),
    "with": ("with open('f') as s:  #!\n    pass", "with"),
    "match": ("match x:  #!\n    case 1:\n        s = 2", "match"),
    "assert": ("assert x >= 0  #!", "assert"),
    "raise": ("if x < 0:\n    raise ValueError  #!", "raise"),
    "del": ("del s  #!", "del"),
    "global": ("global K  #!\nK = 3", "global"),
    "walrus": ("s = (y := x) + 1  #!", ":="),
    "lambda": ("s = (lambda: x)()  #!", "lambda"),
    "comprehension": ("s = [x for x in (1, 2)]  #!", "comprehension"),
    "sum of a generator": ("s = sum(k for k in (1, x))  #!", "sum"),
    "list state": ("s = [x]  #!", "list"),
    "tuple state": ("s = (x, 1)  #!", "tuple"),
    "item of the result": ("s = out[-1]  #!", "'out'"),
    "length of the result": ("s = len(out)  #!", "len"),
    "truth of the result": ("if out:  #!\n    s = 1", "result list"),
    "extend": ("out.extend([x])  #!", "append"),
    "insert": ("out.insert(0, x)  #!", "append"),
    "another list": ("other.append(x)  #!", "no place"),
    "result reassigned": ("out = [x]  #!", "list"),
    "result grown": ("out += [x]  #!", "result list"),
    "item assigned": ("T[0] = x  #!", "cannot be assigned"),
    "attribute": ("s = x.real  #!", ".real"),
    "method": ("s = x.bit_count()  #!", "x.bit_count"),
    "the sequence itself": ("s = xs[0]  #!", "xs"),
    "print": ("print(x)  #!", "print"),
    "unknown function": ("s = foo(x)  #!", "foo"),
    "unknown name": ("s = y + x  #!", "'y'"),
    "text": ("s = 'a'  #!", "'a' is not an integer"),
    "formatted text": ("s = f'{x}'  #!", "text"),
    "None": ("s = None  #!", "None"),
    "identity": ("s = x is s  #!", "is"),
    "operand of and": ("s = x and s  #!", "conditions"),
    "operand of or": ("s = s or 5  #!", "conditions"),
    "keyword": ("s = max(x, 1, key=abs)  #!", "plain arguments"),
    "max of one": ("s = max(x)  #!", "at least 2"),
    "starred": ("s, *rest = x, 1  #!", "*rest"),
    "two for one": ("s, x = x  #!", "match"),
    "temporary read too soon": ("s += t  #!\nt = x", "'t'"),
    "temporary from another step": ("if x > 0:\n    t = x\ns += t  #!", "'t'"),
    "second append": ("out.append(1)  #!", "second output"),
    "mask that is no mask": ("s = x & 6  #!", "bits"),
    "constant table as a value": ("s = T  #!", "T"),
    "table entry that varies": ("s = (x, 1)[0]  #!", "integers"),
    "slice": ("s = T[1:]  #!", "slice"),
    "item of a set": ("s = {1, 2}[0]  #!", "set"),
    "range": ("s = x in range(3)  #!", "constant tuple"),
    "await": ("s = await x  #!", "await"),
    "nested function": ("def g():  #!\n    return 1", "function inside"),
    "import": ("import os  #!", "import"),
}


def fails_at(source, inputs=("x",)):
    """Refused, at the marked line; gives the reason."""
    marked = [i for i, line in enumerate(source.splitlines(), 1) if line.endswith("#!")]
    assert len(marked) == 1, source
    with pytest.raises(OutsideSubset) as caught:
        read_program(source, inputs=inputs)
    assert caught.value.line == marked[0], f"{caught.value}\n{source}"
    assert str(caught.value) == f"line {marked[0]}: {caught.value.reason}"
    return caught.value.reason


@pytest.mark.parametrize("name", IN_THE_LOOP)
def test_in_the_loop(name):
    text, reason = IN_THE_LOOP[name]
    asynchronous = "async " if "await" in text else ""
    source = (
        "K = 2\nT = (1, 2)\n\n"
        f"{asynchronous}def f(xs):\n    s = 0\n    out = []\n    for x in xs:\n"
        + ("        out.append(s)\n" if name == "second append" else "")
        + indent(text, " " * 8)
        + ("" if "out.append" in text else "\n        out.append(s)")
        + "\n    return out\n"
    )
    if asynchronous:
        with pytest.raises(OutsideSubset):
            read_program(source, inputs=("x",))
        return
    assert reason in fails_at(source)


WHOLE = {
    "no append": ("""
        def f(xs):
            out = []
            for x in xs:  #!
                pass
            return out
    """, "neither appends"),
    "append on one branch": ("""
        def f(xs):
            out = []
            for x in xs:
                if x > 0:  #!
                    out.append(x)
            return out
    """, "only some of the paths"),
    "continue without append": ("""
        def f(xs):
            out = []
            for x in xs:
                if x > 0:  #!
                    continue
                out.append(x)
            return out
    """, "only some of the paths"),
    "outputs of different widths": ("""
        def f(xs):
            out = []
            for x in xs:
                if x > 0:  #!
                    out.append(x)
                else:
                    out.append((x, 1))
            return out
    """, "outputs"),
    "part of the sequence": ("""
        def f(xs):
            out = []
            for x in xs[1:]:  #!
                out.append(x)
            return out
    """, "'xs' itself"),
    "sorted": ("""
        def f(xs):
            out = []
            for x in sorted(xs):  #!
                out.append(x)
            return out
    """, "'xs' itself"),
    "reversed": ("""
        def f(xs):
            return [x for x in reversed(xs)]  #!
    """, "'xs' itself"),
    "enumerate": ("""
        def f(xs):
            out = []
            for i, x in enumerate(xs):  #!
                out.append(x + i)
            return out
    """, "'xs' itself"),
    "sequence changed before": ("""
        def f(xs):  #!
            xs = xs[::-1]
            out = []
            for x in xs:
                out.append(x)
            return out
    """, "'xs' is assigned"),
    "sequence sorted in place": ("""
        def f(xs):
            out = []
            xs.sort()  #!
            for x in xs:
                out.append(x)
            return out
    """, "before the loop"),
    "sequence changed in the loop": ("""
        def f(xs):
            out = []
            for x in xs:
                xs.append(x)  #!
                out.append(x)
            return out
    """, "no place"),
    "result changed after": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            out.reverse()  #!
            return out
    """, "return out"),
    "another result": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            return out[1:]  #!
    """, "return out"),
    "sum of the result": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            return sorted(out)  #!
    """, "return out"),
    "nothing returned": ("""
        def f(xs):  #!
            out = []
            for x in xs:
                out.append(x)
    """, "return out"),
    "code after the return": ("""
        def f(xs):
            out = []  #!
            for x in xs:
                out.append(x)
            return out
            yield 1
    """, "one result list"),
    "result with contents": ("""
        def f(xs):
            out = [0]
            for x in xs:  #!
                out.append(x)
            return out
    """, "no result list"),
    "two names of the result": ("""
        def f(xs):
            out = res = []  #!
            for x in xs:
                out.append(x)
            return res
    """, "list"),
    "two results": ("""
        def f(xs):
            out = []
            more = []  #!
            for x in xs:
                out.append(x)
            return out
    """, "one result list"),
    "else on the loop": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            else:
                out.append(0)  #!
            return out
    """, "else"),
    "two loops": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            for x in xs:  #!
                out.append(x)
            return out
    """, "return out"),
    "a branch before the loop": ("""
        def f(xs):
            out = []
            if xs:  #!
                s = 0
            for x in xs:
                out.append(x)
            return out
    """, "before the loop"),
    "state from the sequence": ("""
        def f(xs):
            s = xs[0]  #!
            out = []
            for x in xs:
                out.append(x - s)
            return out
    """, "xs"),
    "default": ("""
        def f(xs, s=[]):  #!
            for x in xs:
                s.append(x)
            return s
    """, "default"),
    "default of state": ("""
        def f(xs, s=0):  #!
            out = []
            for x in xs:
                s += x
                out.append(s)
            return out
    """, "default"),
    "all arguments": ("""
        def f(*xs):  #!
            out = []
            for x in xs:
                out.append(x)
            return out
    """, "plain parameters"),
    "keyword only": ("""
        def f(*, xs):  #!
            return [x for x in xs]
    """, "plain parameters"),
    "two parameters for one input": ("""
        def f(xs, n):  #!
            return [x for x in xs]
    """, "parameter"),
    "decorator": ("""
        import functools
        @functools.cache  #!
        def f(xs):
            return [x for x in xs]
    """, "decorator"),
    "async": ("""
        async def f(xs):  #!
            return [x for x in xs]
    """, ""),
    "lambda": ("""
        program = lambda xs: list(xs)  #!
    """, ""),
    "abs of its own": ("""
        def abs(a):
            return a - 1
        def program(xs):
            out = []
            for x in xs:
                max = 3
                out.append(abs(max(x, 1)))  #!
            return out
    """, "variable of this function"),
    "max imported from elsewhere": ("""
        from math import floor as max
        def f(xs):
            return [max(x, 1) for x in xs]  #!
    """, "bound at the top level"),
    "min assigned": ("""
        min = 3
        def f(xs):
            return [min(x, 1) for x in xs]  #!
    """, "bound at the top level"),
    "zip of its own": ("""
        def zip(a):
            return a
        def f(xs):
            return [x for x in zip(xs)]  #!
    """, "itself"),
    "a name bound twice": ("""
        K = 1
        K = 2  #!
        def f(xs):
            return [x % K for x in xs]
    """, "twice"),
    "a function defined twice": ("""
        def f(xs):
            return [x for x in xs]
        def f(xs):  #!
            return [0 for x in xs]
    """, "twice"),
    "effects at the top level": ("""
        print("hello")  #!
        def f(xs):
            return [x for x in xs]
    """, "effects"),
    "a table that changes": ("""
        T = [1, 2]
        T.append(3)  #!
        def f(xs):
            return [T[x % 2] for x in xs]
    """, "effects"),
    "a constant from a call": ("""
        K = int("3")  #!
        def f(xs):
            return [x % K for x in xs]
    """, "effects"),
    "builtins replaced": ("""
        import builtins  #!
        builtins.abs = max
        def f(xs):
            return [abs(x) for x in xs]
    """, "builtins"),
    "builtins of the module replaced": ("""
        __builtins__ = {}  #!
        def f(xs):
            return [abs(x) for x in xs]
    """, "__builtins__"),
    "star import": ("""
        from math import *  #!
        def f(xs):
            return [x for x in xs]
    """, "import"),
    "third-party import": ("""
        import numpy as np  #!
        def f(xs):
            return [x for x in xs]
    """, "numpy"),
    "import of what is not there": ("""
        from typing import Nonsense  #!
        def f(xs):
            return [x for x in xs]
    """, "Nonsense"),
    "an annotation that fails": ("""
        def f(xs: Nonsense):  #!
            return [x for x in xs]
    """, "Nonsense"),
    "an annotation that does something": ("""
        def f(xs: print("x")):  #!
            return [x for x in xs]
    """, "effects"),
    "a class of another sort": ("""
        class Stream(dict):  #!
            pass
        def f(xs):
            return [x for x in xs]
    """, "bases"),
    "a class that does something": ("""
        class Stream:
            print("x")  #!
        def f(xs):
            return [x for x in xs]
    """, "plain methods"),
    "attribute access of its own": ("""
        class Stream:
            def __getattr__(self, name):  #!
                return 1
        def f(xs):
            return [x for x in xs]
    """, "__getattr__"),
    "attribute without a first value": ("""
        class Stream:
            def step(self, x):
                self.n += x  #!
                return self.n
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "self.n"),
    "attribute set on one path": ("""
        class Stream:
            def step(self, x):
                if x > 0:
                    self.n = x
                return self.n  #!
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "self.n"),
    "first value from an argument": ("""
        class Stream:
            def __init__(self, n=0):  #!
                self.n = n
            def step(self, x):
                return self.n
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "default"),
    "attribute that hides its method": ("""
        class Stream:  #!
            def __init__(self):
                self.step = 0
            def step(self, x):
                return x
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "hides a method"),
    "a step that may return nothing": ("""
        class Stream:
            def step(self, x):
                if x > 0:  #!
                    return 1
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "only some of the paths"),
    "a step that is a generator": ("""
        class Stream:
            def step(self, x):
                return x
                yield  #!
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, "generator"),
    "a step called twice": ("""
        class Stream:
            def step(self, x):
                return x
        def f(xs):
            s = Stream()
            return [s.step(x) + s.step(x) for x in xs]  #!
    """, "only a call"),
    "filtered": ("""
        def f(xs):
            return [x for x in xs if x > 0]  #!
    """, "condition"),
    "a helper that calls itself": ("""
        def g(a):
            return 0 if a < 1 else g(a - 1)  #!
        def f(xs):
            return [g(x) for x in xs]
    """, "calls itself"),
    "a helper that is a generator": ("""
        def g(a):
            return a
            yield  #!
        def f(xs):
            return [g(x) for x in xs]
    """, "generator"),
    "a helper that hides a name where it is never reached": ("""
        def g(a):
            return abs(a)
            import abs  #!
        def f(xs):
            return [g(x) for x in xs]
    """, "import"),
    "a helper that may return nothing": ("""
        def g(a):  #!
            b = a
        def f(xs):
            return [g(x) for x in xs]
    """, "return"),
    "a helper that returns on one path": ("""
        def g(a):
            if a > 0:  #!
                return a
        def f(xs):
            return [g(x) for x in xs]
    """, "only some of the paths"),
    "a helper with a default": ("""
        def g(a, b=2):  #!
            return a + b
        def f(xs):
            return [g(x) for x in xs]
    """, "default"),
    "a helper that reads the caller's variable": ("""
        def g(a):
            return a + s  #!
        def f(xs):
            s = 3
            out = []
            for x in xs:
                out.append(g(x))
            return out
    """, "'s'"),
    "a helper that assigns what it reads of the file": ("""
        K = 3
        def g(a):
            b = K  #!
            K = a
            return b
        def f(xs):
            return [g(x) for x in xs]
    """, "'K'"),
    "a generator that goes on": ("""
        def f(xs):
            for x in xs:
                yield x
            yield 0  #!
    """, "follow"),
    "a generator that appends": ("""
        def f(xs):
            out = []  #!
            for x in xs:
                out.append(x)
                yield x
    """, "one result list"),
    "yield from": ("""
        def f(xs):
            for x in xs:
                yield from (x,)  #!
    """, "yield from"),
    "a value from yield": ("""
        def f(xs):
            for x in xs:
                y = yield x  #!
    """, "yield"),
    "pairs for one input": ("""
        def f(xs):
            return [x for x, w in xs]  #!
    """, "one plain variable"),
    "the sequence's own name": ("""
        def f(xs):  #!
            out = []
            for xs in xs:
                out.append(xs)
            return out
    """, "'xs' is assigned"),
    "no loop": ("""
        def f(xs):  #!
            return list(map(abs, xs))
    """, "no 'for'"),
    "a table of the file hidden by a variable": ("""
        T = (1, 2)
        def f(xs):
            out = []
            for x in xs:
                T = x
                out.append(T[0])  #!
            return out
    """, "constant tuple"),
    "a name mangled in a class": ("""
        __k = 3  #!
        def f(xs):
            return [x for x in xs]
    """, "__k"),
}  # fmt: skip
PAIRS = {
    "one sequence for two inputs": ("""
        def f(pairs):
            return [p for p in pairs]  #!
    """, "2 variables"),
    "a sequence read twice": ("""
        def f(a, b):
            return [x + y for x, y in zip(a, a)]  #!
    """, "zip"),
    "three variables": ("""
        def f(pairs):
            return [x for x, w, v in pairs]  #!
    """, "2 variables"),
    "the same variable twice": ("""
        def f(pairs):
            return [x for x, x in pairs]  #!
    """, "one plain variable an input"),
    "zip of its own": ("""
        def zip(a, b):
            return a
        def program(a, b):
            return [x + y for x, y in zip(a, b)]  #!
    """, "zip"),
    "zip that is assigned": ("""
        def f(a, b):
            zip = 3
            out = []
            for x, y in zip(a, b):  #!
                out.append(x)
            return out
    """, "zip"),
    "only one of them": ("""
        def f(a, b):
            return [x for x in a]  #!
    """, "zip"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_as_a_whole(name):
    text, reason = WHOLE[name]
    assert reason in fails_at(dedent(text))


@pytest.mark.parametrize("name", PAIRS)
def test_with_two_inputs(name):
    text, reason = PAIRS[name]
    assert reason in fails_at(dedent(text), inputs=("x", "w"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(xs):\n  return [\n", "file.py, line 2: .*never closed"),
        ("def f(a, a):\n  return [x for x in a]\n", "file.py, line 1: duplicate argument"),
        ("x = 1\nreturn x\n", "file.py, line 2: 'return' outside function"),
        ("x = 1\0", "file.py.* null bytes"),
        ("", "file.py: the file has no public function"),
        ("def f():\n  pass\n", "file.py: the file has no public function"),
        (
            "def f(a):\n  pass\ndef g(a):\n  pass\n",
            "file.py: the file has the functions f, g; call",
        ),
        ("(" * 100_000, "file.py"),
        ("x = 1\n" * 100_000, "file.py has more than"),
    ],
)
def test_a_file_that_is_no_program_is_an_error_of_its_own(source, message):
    with pytest.raises(MipsVerifyError, match=message) as caught:
        read_program(source, inputs=("x",), path="file.py")
    assert not isinstance(caught.value, OutsideSubset)


def test_values_that_explode_are_refused():
    doubling = "            s = s * s + s\n" * 40
    source = (
        "def f(xs):\n        s = 1\n        out = []\n        for x in xs:\n"
        f"{doubling}            out.append(s)\n        return out\n"
    )
    with pytest.raises(OutsideSubset, match="too large"):
        read_program(source, inputs=("x",))


def test_paths_that_explode_are_refused():
    branch = "        if x > {0}:\n            if x > {0} + s:\n                s = {0}\n"
    branch += "                if s == x:\n                    out.append(0)\n"
    branch += "                    continue\n"
    source = "def f(xs):\n    s = 1\n    out = []\n    for x in xs:\n"
    source += "".join(branch.format(k) for k in range(40))
    source += "        out.append(s)\n    return out\n"
    with pytest.raises(OutsideSubset, match=r"statements on all paths|too large"):
        read_program(source, inputs=("x",))


def test_deep_nesting_is_refused():
    source = f"def f(xs):\n    return [{'-' * 900}x for x in xs]\n"
    with pytest.raises(MipsVerifyError, match=r"too large|too deeply"):
        read_program(source, inputs=("x",))


def test_nothing_is_executed(tmp_path):
    mark = tmp_path / "mark"
    source = f"open({str(mark)!r}, 'w').close()\ndef f(xs):\n    return [x for x in xs]\n"
    with pytest.raises(OutsideSubset):
        read_program(source, inputs=("x",))
    assert not mark.exists()
