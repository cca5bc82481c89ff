"""What is not certain to be a machine is refused, with the line and the reason."""

from textwrap import dedent

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.reader import OutsideSubset, read_program

# the line at fault ends in "#!"; three entries where there is not one input called x
REFUSED = {
    "float": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                out.append(x * 0.5)  #!
            return out
    """, '0.5 is not an integer'),
    "true division": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x / 2  #!
                out.append(s)
            return out
    """, "'/' gives a float; only '//' by a constant stays within the integers"),
    "augmented division": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s /= 2  #!
                out.append(s)
            return out
    """, "'/' gives a float; only '//' by a constant stays within the integers"),
    "divisor that varies": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x % s  #!
                out.append(s)
            return out
    """, "'a % b' is not known for these values"),
    "while": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                while x > 0:  #!
                    x -= 1
                out.append(s)
            return out
    """, 'the number of rounds of this loop is not known'),
    "break": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                if x > 3:
                    break
                out.append(s)  #!
            return out
    """, 'a break or return leaves the rest of the sequence without outputs'),
    "early return": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                if x > 3:
                    return out
                out.append(s)  #!
            return out
    """, 'a break or return leaves the rest of the sequence without outputs'),
    "try": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                try:  #!
                    s += 1
                except ValueError:
                    pass
                out.append(s)
            return out
    """, "'try' is outside the subset"),
    "with": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                with open('f') as s:  #!
                    pass
                out.append(s)
            return out
    """, "'with' is outside the subset"),
    "del": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                del s  #!
                out.append(s)
            return out
    """, "'delete' is outside the subset"),
    "global": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                global K  #!
                K = 3
                out.append(s)
            return out
    """, "'global' is outside the subset"),
    "extend": ("""
        K = 2
        T = (1, 2)


        def f(xs):  #!
            s = 0
            out = []
            for x in xs:
                out.extend([x])
                out.append(s)
            return out
    """, '+1 outputs for each sequence of inputs'),
    "insert": ("""
        K = 2
        T = (1, 2)


        def f(xs):  #!
            s = 0
            out = []
            for x in xs:
                out.insert(0, x)
                out.append(s)
            return out
    """, 'a list or an object is read after a loop over the input that changes it'),
    "another list": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                other.append(x)  #!
                out.append(s)
            return out
    """, "'other' is not known here"),
    "result reassigned": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                out = [x]
                out.append(s)
            return out  #!
    """, "'out' is read after a loop over the input that changes it"),
    "result grown": ("""
        K = 2
        T = (1, 2)


        def f(xs):  #!
            s = 0
            out = []
            for x in xs:
                out += [x]
                out.append(s)
            return out
    """, '+1 outputs for each sequence of inputs'),
    "attribute": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x.real  #!
                out.append(s)
            return out
    """, "the attribute '.real' is outside the subset"),
    "method": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x.bit_count()  #!
                out.append(s)
            return out
    """, "the attribute '.bit_count' is outside the subset"),
    "print": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                print(x)  #!
                out.append(s)
            return out
    """, "'print' is not known here"),
    "unknown function": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = foo(x)  #!
                out.append(s)
            return out
    """, "'foo' is not known here"),
    "unknown name": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = y + x  #!
                out.append(s)
            return out
    """, "'y' is not known here"),
    "formatted text": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = f'{x}'  #!
                out.append(s)
            return out
    """, 'JoinedStr is outside the subset'),
    "identity": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = x is s  #!
                out.append(s)
            return out
    """, "'is' is read with None only; write == for integers"),
    "max of one": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = max(x)  #!
                out.append(s)
            return out
    """, 'not all elements of what is iterated over here are known'),
    "starred": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s, *rest = x, 1  #!
                out.append(s)
            return out
    """, 'this cannot be assigned to'),
    "second append": ("""
        K = 2
        T = (1, 2)


        def f(xs):  #!
            s = 0
            out = []
            for x in xs:
                out.append(s)
                out.append(1)
            return out
    """, '+1 outputs for each sequence of inputs'),
    "item of a set": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                s = {1, 2}[0]  #!
                out.append(s)
            return out
    """, 'an item of this is not known'),
    "import": ("""
        K = 2
        T = (1, 2)


        def f(xs):
            s = 0
            out = []
            for x in xs:
                import os  #!
                out.append(s)
            return out
    """, "'import' is outside the subset"),
    "no append": ("""
        def f(xs):  #!
            out = []
            for x in xs:
                pass
            return out
    """, '-1 outputs for each sequence of inputs'),
    "append on one branch": ("""
        def f(xs):
            out = []
            for x in xs:
                if x > 0:
                    out.append(x)  #!
            return out
    """, 'a list or a dictionary has different sizes on two paths'),
    "continue without append": ("""
        def f(xs):
            out = []
            for x in xs:
                if x > 0:
                    continue
                out.append(x)  #!
            return out
    """, 'a list or a dictionary has different sizes on two paths'),
    "outputs of different widths": ("""
        def f(xs):  #!
            out = []
            for x in xs:
                if x > 0:
                    out.append(x)
                else:
                    out.append((x, 1))
            return out
    """, 'the number of outputs is not the same in every step'),
    "part of the sequence": ("""
        def f(xs):  #!
            out = []
            for x in xs[1:]:
                out.append(x)
            return out
    """, '-1 outputs for each sequence of inputs'),
    "sorted": ("""
        def f(xs):
            out = []
            for x in sorted(xs):  #!
                out.append(x)
            return out
    """, 'not all elements of what is iterated over here are known'),
    "reversed": ("""
        def f(xs):
            return [x for x in reversed(xs)]  #!
    """, "'reversed' is not known here"),
    "sequence changed before": ("""
        def f(xs):
            xs = xs[::-1]  #!
            out = []
            for x in xs:
                out.append(x)
            return out
    """, 'a slice of the inputs or outputs must go forward by 1'),
    "sequence sorted in place": ("""
        def f(xs):
            out = []
            xs.sort()  #!
            for x in xs:
                out.append(x)
            return out
    """, "the method '.sort' of this list is outside the subset"),
    "sequence changed in the loop": ("""
        def f(xs):
            out = []
            for x in xs:
                xs.append(x)  #!
                out.append(x)
            return out
    """, "the method '.append' of this list is outside the subset"),
    "result changed after": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            out.reverse()  #!
            return out
    """, "the method '.reverse' of this list is outside the subset"),
    "another result": ("""
        def f(xs):  #!
            out = []
            for x in xs:
                out.append(x)
            return out[1:]
    """, '-1 outputs for each sequence of inputs'),
    "sum of the result": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            return sorted(out)  #!
    """, 'not all elements of what is iterated over here are known'),
    "nothing returned": ("""
        def f(xs):  #!
            out = []
            for x in xs:
                out.append(x)
    """, 'what is returned is not a list with an output for each input'),
    "code after the return": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            return out  #!
            yield 1
    """, 'a generator returns a value'),
    "result with contents": ("""
        def f(xs):  #!
            out = [0]
            for x in xs:
                out.append(x)
            return out
    """, '+1 outputs for each sequence of inputs'),
    "else on the loop": ("""
        def f(xs):
            out = []
            for x in xs:  #!
                out.append(x)
            else:
                out.append(0)
            return out
    """, "'else' on a loop over the input is outside the subset"),
    "two loops": ("""
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
            for x in xs:
                out.append(x)  #!
            return out
    """, "the method '.append' of this list is outside the subset"),
    "default": ("""
        def f(xs, s=[]):  #!
            for x in xs:
                s.append(x)
            return s
    """, 'a default that is no plain constant is shared between calls'),
    "all arguments": ("""
        def f(*xs):  #!
            out = []
            for x in xs:
                out.append(x)
            return out
    """, "'f' takes 0 and not 1 parameter"),
    "keyword only": ("""
        def f(*, xs):  #!
            return [x for x in xs]
    """, "'f' takes 0 and not 1 parameter"),
    "two parameters for one input": ("""
        def f(xs, n):  #!
            return [x for x in xs]
    """, "'f' takes 2 and not 1 parameter"),
    "decorator": ("""
        import functools
        @functools.cache
        def f(xs):  #!
            return [x for x in xs]
    """, "'f' has a decorator or type parameters"),
    "async": ("""
        async def f(xs):  #!
            return [x for x in xs]
    """, "'f' is not defined by 'def'"),
    "lambda": ("""
        program = lambda xs: list(xs)  #!
    """, "'program' is not defined by 'def'"),
    "max imported from elsewhere": ("""
        from math import floor as max
        def f(xs):
            return [max(x, 1) for x in xs]  #!
    """, "'max' is imported, and what it does is not known here"),
    "a constant from a call": ("""
        K = int("3")  #!
        def f(xs):
            return [x % K for x in xs]
    """, 'a number is read from a text'),
    "builtins replaced": ("""
        import builtins  #!
        builtins.abs = max
        def f(xs):
            return [abs(x) for x in xs]
    """, "the import of 'builtins' may have effects"),
    "builtins of the module replaced": ("""
        __builtins__ = {}  #!
        def f(xs):
            return [abs(x) for x in xs]
    """, "the name '__builtins__' may have a special meaning in Python"),
    "star import": ("""
        from math import *  #!
        def f(xs):
            return [x for x in xs]
    """, "the import of 'math' may have effects"),
    "third-party import": ("""
        import numpy as np  #!
        def f(xs):
            return [x for x in xs]
    """, "the import of 'numpy' may have effects"),
    "import of what is not there": ("""
        from typing import Nonsense  #!
        def f(xs):
            return [x for x in xs]
    """, "'typing' has no 'Nonsense'"),
    "an annotation that fails": ("""
        def f(xs: Nonsense):  #!
            return [x for x in xs]
    """, 'this annotation may have effects or fail'),
    "an annotation that does something": ("""
        def f(xs: print("x")):  #!
            return [x for x in xs]
    """, 'this annotation may have effects or fail'),
    "a class of another sort": ("""
        class Stream(dict):  #!
            pass
        def f(xs):
            return [x for x in xs]
    """, "the class 'Stream' has bases, keywords or a decorator"),
    "a class that does something": ("""
        class Stream:
            print("x")  #!
        def f(xs):
            return [x for x in xs]
    """, "the class 'Stream' has more than plain methods"),
    "attribute access of its own": ("""
        class Stream:
            def __getattr__(self, name):  #!
                return 1
        def f(xs):
            return [x for x in xs]
    """, "the name '__getattr__' may have a special meaning in Python"),
    "a step that is a generator": ("""
        class Stream:
            def step(self, x):
                return x  #!
                yield
        def f(xs):
            s = Stream()
            return [s.step(x) for x in xs]
    """, 'a generator returns a value'),
    "filtered": ("""
        def f(xs):
            return [x for x in xs if x > 0]  #!
    """, 'the size of this list is not known'),
    "a helper that calls itself": ("""
        def g(a):
            return 0 if a < 1 else g(a - 1)  #!
        def f(xs):
            return [g(x) for x in xs]
    """, 'functions call each other too deeply'),
    "a helper that is a generator": ("""
        def g(a):
            return a  #!
            yield
        def f(xs):
            return [g(x) for x in xs]
    """, 'a generator returns a value'),
    "a helper that hides a name where it is never reached": ("""
        def g(a):
            return abs(a)
            import abs  #!
        def f(xs):
            return [g(x) for x in xs]
    """, "'import' is outside the subset"),
    "a helper that reads the caller's variable": ("""
        def g(a):
            return a + s  #!
        def f(xs):
            s = 3
            out = []
            for x in xs:
                out.append(g(x))
            return out
    """, "'s' is not known here"),
    "a generator that goes on": ("""
        def f(xs):
            for x in xs:
                yield x
            yield 0  #!
    """, 'a list that is as long as the input is changed'),
    "yield from": ("""
        def f(xs):
            for x in xs:
                yield from (x,)  #!
    """, 'YieldFrom is outside the subset'),
    "a value from yield": ("""
        def f(xs):
            for x in xs:
                y = yield x  #!
    """, 'Yield is outside the subset'),
    "a name mangled in a class": ("""
        __k = 3  #!
        def f(xs):
            return [x for x in xs]
    """, "the name '__k' may have a special meaning in Python"),
    "zip that is assigned": ("""
        def f(a, b):
            zip = 3
            out = []
            for x, y in zip(a, b):  #!
                out.append(x)
            return out
    """, 'not all elements of what is iterated over here are known', ('x', 'w')),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_at_the_line_at_fault(name):
    text, reason, *inputs = REFUSED[name]
    source = dedent(text)
    marked = [i for i, line in enumerate(source.splitlines(), 1) if line.endswith("#!")]
    assert len(marked) == 1, source
    with pytest.raises(OutsideSubset) as caught:
        read_program(source, inputs=inputs[0] if inputs else ("x",))
    assert reason in caught.value.reason
    assert caught.value.line == marked[0], f"{caught.value}\n{source}"
    assert str(caught.value) == f"line {marked[0]}: {caught.value.reason}"


def test_an_await_outside_an_async_function_is_no_python():
    source = "def f(xs):\n    return [await x for x in xs]\n"
    with pytest.raises(MipsVerifyError):
        read_program(source, inputs=("x",))


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
    with pytest.raises(OutsideSubset, match=r"too large|bits"):
        read_program(source, inputs=("x",))


def test_conditions_that_multiply_end_soon():
    branch = "        if x > {0}:\n            if x > {0} + s:\n                s = {0}\n"
    branch += "                if s == x:\n                    out.append(0)\n"
    branch += "                    continue\n"
    source = "def f(xs):\n    s = 1\n    out = []\n    for x in xs:\n"
    source += "".join(branch.format(k) for k in range(40))
    source += "        out.append(s)\n    return out\n"
    with pytest.raises(OutsideSubset, match=r"operations on all paths|too large"):
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


def test_a_state_that_grows_with_every_step_is_refused():
    source = (
        "def program(xs):\n    out = [0] * len(xs)\n    for i in range(len(xs)):\n"
        "        out[i] = (out[i - 1], out[i - 1]) if i else (xs[i], 0)\n    return out\n"
    )
    with pytest.raises(OutsideSubset, match="operations"):
        read_program(source, inputs=("x",))
