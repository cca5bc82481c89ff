"""A grammar of Python programs over a sequence, as data: what people write, and traps.

In a template `<e>` is an expression, `<a>` an atom, `<c>` a condition, `<v>` a variable of the
state, `<x>` a letter, `<k>` a positive constant, `<n>` any constant, `<b>` 0 or 1, `<T>` a table,
`<S>` a statement. The same symbol with the same digit stands for the same text twice.
"""

from __future__ import annotations

from typing import Final

Rules = dict[str, list[str]]

RULES: Final[Rules] = {
    "leaf": ["<v>", "<v>", "<x>", "<x>", "<n>"],
    "a": ["<v>", "<v>", "<x>", "<x>", "<n>", "(<e>)"],
    "b": ["0", "1"],
    "k": ["2", "2", "3", "3", "4", "5", "7", "15"],
    "n": ["0", "0", "1", "1", "2", "3", "-1", "5", "-7", "100"],
    "T": ["(3, 1, 2)", "[0, 1, 1]", "(1, 4, 9)"],
    "e": [
        "<v>", "<x>", "<e> + <e>", "<e> + <e>", "<e> - <e>", "(<e> + <e>)", "<a> * <n>",
        "<a> + <x>", "(<e>) % <k>", "(<e>) % <k>", "(<e>) // <k>", "<v> % <k>", "-<a>", "abs(<e>)",
        "min(<e>, <e>)", "max(<e>, <e>)", "max(<e>, <e>, <n>)", "(<e> if <c> else <e>)",
        "(<e> if <c> else <e>)", "int(<c>)", "(<c>) + <e>", "(1 if <c> else 0)",
        "<T>[(<e>) % 3]", "divmod(<e>, <k>)[<b>]", "(<a> and <a>)", "(<a> or <a>)",
        "(<a> % 2 ^ <a> % 2)", "(<a> % 2 & <a> % 2)", "(<a> % 2 | <b>)", "(<a> << <k>)",
        "(<a> >> <k>)", "<a> ** 2", "2 ** <k> + <e>", "sum((<e>, <e>))", "sum([<e>, <e>, <e>])",
        "len(<T>)", "max(<T>)", "(<e>, <e>)[<c>]", "[<e>, <e>][(<e>) % 2]",
        "{0: <e>, 1: <e>}[(<e>) % 2]", "sum(j * <a> for j in range(<k>))",
        "sum(j for j in <T> if j > <a>)", "<T>.count(<a>)", "bool(<e>)", "helper(<e>)",
        "helper(<e>)", "LIMIT", "TABLE[<a> % 3]", "NEXT[<a> % 3][<a> % 2]", "NAMES['b']",
    ],
    "c": [
        "<e> < <e>", "<e> <= <e>", "<e> > <e>", "<e> >= <e>", "<e> == <e>", "<e> != <e>",
        "<v> > <x>", "<x> == <n>", "<a> % <k> == <n>", "<c> and <c>", "<c> or <c>", "not <c>",
        "<a> in (<n>, <n>)", "<n> <= <a> <= <k>", "<a>", "True", "<a> in <T>", "<a> not in <T>",
        "(<c>) == (<c>)", "any((<c>, <c>))", "all(<a> > j for j in <T>)", "bool(<a>)",
        "<a> in TABLE", "<a> > LIMIT",
    ],
    "S": [
        "<v> = <e>", "<v> = <e>", "<v> += <e>", "<v> += <x>", "<v> -= <e>", "<v> %= <k>",
        "<v> = (<v> + <e>) % <k>", "<v> = (<v> + <x>) % <k>", "<v> //= <k>", "<v>, <v> = <e>, <e>",
        "<v> = <v> = <e>", "<v>, <v> = divmod(<e>, <k>)", "<v> = max(<v>, <e>)",
        "<v> = min(<v>, <x>)", "if <c>:\n    <S>", "if <c>:\n    <S>",
        "if <c>:\n    <S>\nelse:\n    <S>",
        "if <c>:\n    <S>\nelif <c>:\n    <S>\nelse:\n    <S>\n    <S>", "if <c>: <v> = <e>",
        "for j in range(<k>):\n    <v> += j * <a>", "for j in <T>:\n    <S>",
        "for j in range(3):\n    if j > <a>:\n        break\n    <v> += <x>",
        "for j in range(3):\n    if <c>:\n        continue\n    <S>\nelse:\n    <S>",
        "m9 = <k>\nwhile m9 > 0:\n    m9 -= 1\n    <S>",
        "match <a> % 3:\n    case 0:\n        <S>\n    case 1 | 2:\n        <S>",
        "match <x>:\n    case 1:\n        <S>\n    case _:\n        <S>",
        "if (w9 := <e>) > <n>:\n    <v> = w9", "pass", "d9 = <e>\n<v> = d9 + <a>",
    ],
}  # fmt: skip

# what a program may keep besides integers: how it starts, and what is done with it
GADGETS: Final[dict[str, tuple[str, Rules]]] = {
    "list": ("<l> = [0] * 3", {
        "e": ["<l>[0]", "<l>[1]", "<l>[-1]", "sum(<l>)", "max(<l>)", "len(<l>)", "<l>[<a> % 3]",
              "<l>.count(<a>)", "<l>.index(max(<l>))"],
        "S": ["<l> = <l>[1:] + [<e>]", "<l> = [<x>] + <l>[:-1]", "<l>[<a> % 3] = <e>",
              "<l>[<a> % 3] += 1", "<l>[0], <l>[1] = <l>[1], <e>",
              "<l>.append(<e>)\nif len(<l>) > 3:\n    <l>.pop(0)"],
    }),
    "dict": ("<l> = {0: 0, 1: 0, 2: 0}", {
        "e": ["<l>[<a> % 3]", "<l>[0] + <l>[2]", "<l>.get(<a>, 0)", "max(<l>.values())",
              "len(<l>)"],
        "S": ["<l>[<a> % 3] += 1", "<l>[<a> % 3] = <e>", "<l>[1] = <x>"],
    }),
    "string": ("<l> = 'a'", {
        "e": ["(<e> if <l> == 'a' else <e>)", "{'a': 1, 'b': 0, 'c': 5}[<l>]"],
        "c": ["<l> == 'a'", "<l> != 'b'", "<l> in ('b', 'c')"],
        "S": ["<l> = 'b' if <c> else <l>",
              "if <l> == 'a':\n    <l> = 'b'\n    <S>\nelse:\n    <l> = 'a'",
              "<l> = {'a': 'b', 'b': 'c', 'c': 'a'}[<l>]", "<l> = 'c' if <x> else 'a'",
              "match <l>:\n    case 'a':\n        <S>\n    case _:\n        <l> = 'a'"],
    }),
    "none": ("<l> = None", {
        "e": ["(0 if <l> is None else <l>)", "(<l> or 0)"],
        "c": ["<l> is None", "<l> is not None and <l> > <a>", "not <l>", "<l> == <x>"],
        "S": ["<l> = <x>", "if <l> is None or <x> > <l>:\n    <l> = <x>",
              "if <l> is not None:\n    <v> = <l>\n<l> = <x>", "<l> = None"],
    }),
    "bool": ("<l> = False", {
        "e": ["int(<l>)", "<l> + <a>", "(<e> if <l> else <e>)"],
        "c": ["<l>", "not <l>", "<l> == (<c>)", "<l> is False"],
        "S": ["<l> = <c>", "<l> = not <l>", "if <c>:\n    <l> = True", "<l> = <l> and <c>"],
    }),
    "tuple": ("<l> = (0, 0)", {
        "e": ["<l>[0]", "<l>[1] - <l>[0]", "sum(<l>)", "max(<l>)", "<l>[<a> % 2]"],
        "c": ["<l> == (0, 1)", "<l>[0] < <l>[1]"],
        "S": ["<l> = <l>[1], <e>", "<v>, d9 = <l>", "<l> = (<x>, <l>[0])",
              "<l> = (<l>[1],) + (<x>,)"],
    }),
}  # fmt: skip

# what happens only after many steps
GADGETS["late"] = ("<l> = 0", {
    "e": ["<l>", "<l> % 7"],
    "c": ["<l> > 100", "<l> == 40", "<l> >= 1000", "<l> % 64 == 63"],
    "S": ["<l> += 1", "<l> += 1\nif <l> > 1000:\n    <S>", "<l> += 1\nif <l> == 100:\n    <v> = 0",
          "<l> = (<l> + 1) % 50\nif <l> == 0:\n    <S>", "<l> = min(<l> + 1, 300)"],
})  # fmt: skip

# where the place of the letter is known
INDEX: Final[Rules] = {
    "e": ["xs[i]", "(xs[i - <k1>] if i >= <k1> else <n>)", "(xs[i - 1] if i > 0 else <n>)",
          "sum(xs[max(0, i - <k>):i + 1])", "sum(xs[:i + 1])", "max(xs[:i + 1])", "min(xs[:i + 1])",
          "xs[:i + 1].count(<n>)", "len(xs[:i + 1])", "i % <k>", "i",
          "sum(v9 for v9 in xs[:i + 1] if v9 > <n>)", "int(any(xs[:i + 1]))",
          "max(xs[max(0, i - 2):i + 1])", "sum(1 for v9 in xs[:i + 1] if v9 == <n>)",
          "len(xs[max(0, i - <k>):i])"],
    "c": ["i >= <k>", "i == 0", "i % 2", "i > 0 and xs[i] > xs[i - 1]", "all(xs[:i + 1])",
          "all(v9 > <n> for v9 in xs[:i + 1])", "any(v9 == <n> for v9 in xs[max(0, i - 2):i + 1])"],
    "S": ["for j in range(<k>):\n    if i - j >= 0:\n        <v> += xs[i - j]",
          "if i >= <k1>:\n    <v> -= xs[i - <k1>]", "if i == 0:\n    <v> = xs[0]\nelse:\n    <S>",
          "for j in range(max(0, i - 2), i + 1):\n    <v> += xs[j]"],
}  # fmt: skip

# what a filled list of outputs allows besides
FILLED: Final[Rules] = {
    "e": ["(out[i - 1] if i > 0 else <n>)", "out[i]", "(out[i - 2] if i > 1 else <n>)"],
    "S": ["out[i] = <e>", "out[i] += <x>"],
}

TRAPS: Final[Rules] = {
    "e": [
        "<a> / <k>", "<a> * 1.0", "0.5 + <e>", "True + <e>", "(<a> is <a>)", "(<a> is True)",
        "(<a> == True)", "(<a>,)[0]", "((<a>,) == (<n>,))", "(<a> == (<n>,))",
        "((<a>, <a>) < (<a>, <n>))", "<a> % 0", "<a> // <a>", "<a> % <a>", "<a> << <n>",
        "<a> ** <n>", "<a> ** <a>", "-<a> ** 2", "~<a>", "None + <a>", "len('a' * <k>)",
        "('a' == <a>)", "('ab' < 'b')", "ord('a')", "int('3')", "int(<a> / 2)", "int(-0.5)",
        "xs[-1]", "xs[<n>]", "xs[<a>]", "len(xs)", "sum(xs)", "xs[::-1][0]", "sum(xs[<n>:<n>])",
        "(lambda a: a + <e>)(<e>)", "(lambda a=<v>: a)()", "[<v> for <v> in (1, 2)][-1]",
        "sum(<v> for <v> in <T>)", "max(<T>, key=lambda k: -k)", "max([], default=<e>)",
        "max(<e>)", "sum([], <e>)", "sum(<T>[:<n>])", "<T>[<a>]", "TABLE[<a>]", "TABLE[-<k>]",
        "<T>[<n>:][0]", "(<T> == <T>)", "(TABLE is TABLE)", "TABLE[::-1][0]", "TABLE[::<n>][0]",
        "sorted(<T>)[0]", "(<e1> if TABLE[<a>] == 0 else <e1>)", "(<a> and None)", "(None or <a>)",
        "[*<T>, <a>][-1]", "(*<T>, <a>)[<n>]", "<v>.real", "(<a>).bit_length()",
        "<v>.__add__(<a>)", "isinstance(<a>, int)", "isinstance(<c>, bool)", "(type(<a>) is int)",
        "(str(<a>) == '1')", "len(str(<a>))", "int(f'{<a>}')", "(<a> < <a> < <a> == <a>)",
        "(<a> == <a> != <a>)", "(<a> in <T> == True)", "(not <a> == <a>)", "0x1F & <a>",
        "10 ** 20 + <a>", "2 ** 64 % (<a>)", "int(<a>, 10)",
        "float(<a>)", "max(True, <a>)", "min(<a>, False)", "max(<a>, <a>, key=abs)", "any(<T>)",
        "next(iter(<T>))", "next((j for j in <T> if j > <a>), <n>)", "{1: 1, True: 2}[1]",
        "{0: 5, False: 6}[<a> % 2]", "{1: 2}.get(<a>, <n>)", "{1: 2}.get(<a>)", "{1: <e>}[<a>]",
        "[1, 2, 3][True]", "'abc'.index('b')", "(__name__ == '__main__')", "(print(<a>) or <a>)",
        "divmod(<a>, <a>)[0]", "divmod(<a>, 0)[0]", "len(range(<n>, <a>, <n>))",
        "sum(range(<a> % 5))", "range(5)[<n>]", "bin(<a> % 4).count('1')", "(1, 2)[<c>:][0]",
        "round(<a> / 2)", "pow(<a>, -1)", "(w8 := <e>) + w8", "<a> * '2'", "u9", "helper()",
        "helper(<a>, <a>)", "helper(a=<a>)", "other(<a>)",
        "sum(1 for j in range(3) for <v> in range(j))", "LIMIT.real", "[j for j in <T>][<a>]",
        "(<c> and <e>)", "(<c> or <e>)", "(<a> <= True)", "not <c>", "sum(<T>, start=<a>)", "None",
        "'a'", "[<a>]", "(<a>, <a>)", "1.0", "<e> if <c> else None", "len([<e>] * <n>)",
        "sum({<a>, <a>})", "max(xs)", "xs.index(<x>)", "xs.count(<x>)", "xs.pop()", "abs(<c>)",
        "-(<c>)", "+<a>", "~(<c>)", "((<c>) & (<c>))", "((<c>) ^ <a>)", "(<c>) // 2",
        "(<c>) ** <n>", "(1 << <a>)", "(<a> >> <a>)", "int.__add__(<a>, <a>)",
        "sum(map(abs, <T>))", "len({<a>: 1, <a>: 2})", "(<a> is not None)",
        "(None is None)", "(<a> == None)", "min(<a>, None)", "(lambda: <v>)()", "S9", "program",
    ],
    "c": [
        "<a> is <n>", "<a> == 1.0", "<a> == 'a'", "<a> is None", "TABLE[<a>]", "<T>", "[]", "''",
        "None", "0.0", "<a> < None", "<a> in {}", "<a> in 'ab'", "(<a>, <n>) in ((0, 1), (1, 1))",
        "1 / <a> > 0", "<a> % <a>", "not <a> in <T>", "<a> < <a> > <a>", "<a> == <a> == <a>",
        "<e> and <e>", "<e> or <e>", "xs", "xs[<a>]", "len(xs) > <n>", "out", "len(out) % 2",
        "out and out[-1] == <n>", "<c> is True", "<a> in xs", "<a> in (<x>, <v>)", "<v> is <v>",
        "True in (<a>, <a>)", "callable(<a>)",
    ],
    "S": [
        "del <v>", "try:\n    <S>\nexcept ZeroDivisionError:\n    <S>",
        "try:\n    <v> = TABLE[<a>]\nexcept IndexError:\n    <S>",
        "try:\n    <S>\nexcept Exception:\n    pass\nelse:\n    <S>",
        "try:\n    <S>\nfinally:\n    <S>", "assert <c>", "assert <a> >= <n>, 'no'", "<v> = None",
        "<v> = 'a'", "<v> = [<v>]", "<v> = True", "<v> = <e> / 2", "<v> /= 2", "<v> **= <k>",
        "<v> <<= <b>", "<v> |= <a>", "<v> &= <a>", "break", "continue", "return out",
        "raise ValueError", "if <c>:\n    continue", "if <c>:\n    break",
        "if <c>:\n    return out", "xs.append(<n>)", "xs[0] = <n>", "xs = xs[1:]", "out[-1] = <e>",
        "out.pop()", "out.insert(0, <e>)", "out += [<e>]", "out = out + [<e>]",
        "out.extend((<e>,))", "out.append(<e>)", "yield <e>", "TABLE[0] = <e>", "TABLE[0] += 1",
        "TABLE.append(1)", "NEXT[0][0] = <a>", "def <v>(): return 1", "class S9: pass",
        "import math", "global LIMIT\nLIMIT = <n>", "for <v> in range(3): pass",
        "for <v> in range(<a>): pass", "for <x> in range(2): pass",
        "[w7 := j for j in (1, 2)]", "sum = <n>", "max = min", "int = abs", "len = <v>",
        "abs = lambda a: a", "def abs(a): return a", "match <a>:\n    case <v>:\n        pass",
        "match (<a>, <a>):\n    case (0, y9) if y9 > 1:\n        <v> = y9\n"
        "    case (y9, _):\n        <v> += y9",
        "match <a>:\n    case True:\n        <S>\n    case False:\n        <S>",
        "match <a>:\n    case int():\n        <S>",
        "match <a>:\n    case 1.0:\n        <S>\n    case -1:\n        <S>",
        "match <v>:\n    case LIMIT:\n        <S>",
        "def g9(a=<v>):\n    return a + <v>\n<v> = g9()",
        "def g9():\n    nonlocal <v>\n    <v> += 1\ng9()",
        "def g9():\n    <v> = 3\n    return <v>\n<v> += g9()",
        "while <c>:\n    <S>\n    break", "while <v> > 0:\n    <v> -= <k>",
        "while <v> < <x>:\n    <v> += 1", "print(<v>)", "exec('s = 3')", "locals()['s'] = 5",
        "for j in []:\n    <S>\n<v> = j", "for j in range(3):\n    pass\n<v> = j",
        "for j, <v> in enumerate(<T>):\n    pass", "*<v>, d9 = <T>", "<v>, *d9 = <T>",
        "(<v>,) = (<e>,)", "[<v>, <v>] = <e>, <e>", "<v>, <v> = <T>",
        "<v> = <v>, = <e>,", "<v>: int = <e>", "<v>: int", "<v>: 1 / 0 = <e>", "<e>", "<c>",
        "<e>, <e>", "lambda: <v>", "if False:\n    yield", "if 0:\n    global LIMIT",
        "with x: pass", "u9 = <e>", "if <c>:\n    u9 = <e>", "b9 = TABLE\nb9[0] = <n>",
        "if not <c>: pass\nelse: <S>", "<v> = <v> = <v> + 1",
        "for j in (<v>, <x>):\n    <v> += j", "for j in range(<n>, <k>, <n>):\n    <v> += j",
        "for j in range(3, 0, -1):\n    <v> = <v> * 2 + j", "for j in xs:\n    <v> += j",
        "for j in sorted(<T>):\n    <v> = j", "for j in {1: 2, 3: 4}:\n    <v> += j",
        "for j in range(2):\n    for h in range(2):\n        if h == <b>:\n            break\n"
        "        <v> += 1",
        "helper = abs", "LIMIT = <e>", "TABLE = (1, 2, 3)", "out = [0]", "i = <n>", "i += 1",
        "x = <e>",
    ],
}  # fmt: skip

# places before the start, after the letter, and at the end
INDEX_TRAPS: Final[Rules] = {
    "e": ["xs[i - <k>]", "xs[i + 1]", "(xs[i + 1] if i + 1 < len(xs) else <n>)", "xs[-i]",
          "len(xs[i:])", "sum(xs[i:])", "sum(xs[i - 2:i + 1])", "sum(xs[:i])", "max(xs[:i])",
          "max(xs[:i], default=<n>)", "min(xs[i - 1:i])", "out[i - 1]", "out[-1]",
          "xs[:i + 1][-1]", "xs[:i + 1][::-1][0]", "xs[:i + 1][0]", "sum(xs[:i + 2])",
          "xs[i // 2]", "xs[0]", "sum(xs[:3])", "xs[i % 3]",
          "len(xs) - i", "sum(xs[:i + 1:2])", "sum(xs[-3:i + 1])", "(xs[i - 2] if i >= 1 else <n>)",
          "(xs[i - 1] if i >= 2 else <n>)", "xs[i - 1] if i else xs[0]", "xs[max(i - 1, 0)]",
          "xs[i:i + 1][0]", "xs[abs(i - 1)]", "xs[i] if i < 50 else <n>",
          "sum(xs[j] for j in range(i))", "i * xs[i]",
          "sum(xs[j] for j in range(max(0, i - 2), i + 1))", "xs[:i + 1].index(xs[i])",
          "xs[i:].count(1)", "sum(a * b for a, b in zip(xs, xs[1:i + 1]))", "len(set(xs[:i + 1]))",
          "sorted(xs[:i + 1])[0]"],
    "c": ["i == len(xs) - 1", "i < len(xs) - 1", "len(xs) > 30", "i > 1000", "i == 40",
          "xs[i - 1] == xs[i]", "xs[:i + 1] == xs[:i + 1][::-1]", "xs[i] in xs[:i]",
          "xs[i - 2:i + 1] == [0, 1, 0]", "i and xs[i - 1] > xs[i]",
          "all(xs[j] <= xs[j + 1] for j in range(i))", "not xs[:i]",
          "xs[:i + 1] == [<n>]", "any(xs[j] == xs[i] for j in range(i))"],
    "S": ["xs[i] = <e>", "xs[i - 1] = <e>", "out[i - 1] = <e>", "out[i + 1] = <e>", "i += 1",
          "i = <n>", "if i > 1000:\n    <S>", "if i == 64:\n    <v> = <n>",
          "if i % 7 == 6:\n    <v> = 0", "if i % 100 == 99:\n    <S>", "if len(xs) > 30:\n    <S>",
          "for j in range(i):\n    <v> += xs[j]",
          "for j in range(i - 3, i + 1):\n    <v> += xs[j]",
          "for j in range(4):\n    <v> += xs[i - j]",
          "for j in range(3):\n    if i - j > 0:\n        <v> += xs[i - j]",
          "if i >= 2:\n    <v> -= xs[i - 3]",
          "k9 = i\nwhile k9 > 0 and xs[k9] == xs[k9 - 1]:\n    k9 -= 1\n<v> = i - k9",
          "for v9 in xs[:i + 1]:\n    <v> = max(<v>, v9)", "for v9 in xs[i:]:\n    <v> += v9"],
}  # fmt: skip

# inside a class, where `self` is
CLASS_TRAPS: Final[Rules] = {
    "e": ["self.u9", "type(self).BASE", "self.__class__.BASE", "S().BASE", "self.__n", "self._S__n",
          "getattr(self, 's', 3)", "len(vars(self))", "self.step", "S.step(self, <x>)",
          "self.total", "(self is self)", "(self == self)", "self.__dict__['s']",
          "self._wrap(a=<a>)", "self._wrap()"],
    "S": ["self.__class__ = <e>", "self.step = <e>", "self.__dict__ = {}", "S.BASE = <e>",
          "self.BASE = <e>", "S.total = <e>", "del <v>", "self = <e>", "self.__n = <e>",
          "self._S__n = <e>", "self.u9 = <e>", "setattr(self, 's', <e>)", "self.__init__()", "S()",
          "self._wrap = abs", "S._wrap = abs", "self.__doc__ = <e>", "self.__slots__ = <e>"],
}  # fmt: skip

ANNOTATIONS: Final = (
    "int", "'int'", "list[int]", "int[3]", "list[3]", "int | 3", "1 | int", "int | None", "-int",
    "None", "nothing", "list[int][0]", "list[nothing]", "print(1)", "1 // 0", "(1, 2)[5]", "x",
    "'x y'", "-1", "int.real", "int.nothing", "tuple[int, ...]", "dict[int]", "LIMIT", "LIMIT[0]",
    "S", "helper",
)  # fmt: skip

# numbers that no computer writes down
_SQUARES: Final = "\n".join(["A0 = 9", *(f"A{i + 1} = A{i} * A{i}" for i in range(30))])

MODULE_TRAPS: Final = (
    _SQUARES, "A = 9 ** 9 ** 9", "A = 1 << 2 ** 40", "A = (0,) * 2 ** 40", "A = 'a' * 2 ** 40",
    "print(program([1, 2, 3]))", "assert program([1]) is not None", "LIMIT = 4", "LIMIT += 1",
    "TABLE = [1, 0, 2]", "TABLE.append(3)", "TABLE[0] = 5", "sum = max", "len = abs",
    "range = list", "int = bool", "def abs(a): return a + 1", "def max(*a): return 0",
    "def helper(a): return a + 1", "def program(xs): return list(xs)", "program = list",
    "del helper", "from math import *", "from builtins import *",
    "program.x = 1",
    "if __name__ == '__main__':\n    print(program([1]))",
    "if __name__ != '__main__':\n    LIMIT = 9", "for LIMIT in range(3): pass",
    "try:\n    LIMIT = 1 // 0\nexcept ZeroDivisionError:\n    LIMIT = 2",
    "helper = lambda a: a - 1", "class S9:\n    def step(self, x): return x", "1 / 0",
    "raise SystemExit", "NEXT[1] = [1, 1]", "def unused(a, b=1 / 0): pass",
    "def unused(a: 1 // 0): pass", "x: int", "xs = [1]", "s = 7", "total = 7", "i = 3", "out = []",
    "def other(a):\n    return a * 2", "global LIMIT", "import collections as helper",
    "@staticmethod\ndef unused(a): pass", "LIMIT: str = 'a'", "'text'",
    "def outer():\n    global LIMIT\n    LIMIT = 8\nouter()",
    "def outer():\n    global LIMIT\n    LIMIT = 8", "while True:\n    LIMIT = 6\n    break",
    "LIMIT = TABLE = [2]", "(LIMIT := 5)", "__name__ = '__main__'",
    "exec('LIMIT = 3')", "__builtins__['abs'] = int", "globals()['LIMIT'] = 12", "NAMES['b'] = 3",
)  # fmt: skip
