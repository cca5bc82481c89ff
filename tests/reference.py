"""The benchmark's tasks written a second time, as plain functions of the whole prefix.

``REFERENCE[name](word)`` is the output after the last letter of ``word``, a list of
letters, each a list of one value a channel.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

Word = list[list[int]]


def first(word: Word) -> list[int]:
    return [letter[0] for letter in word]


def back(word: Word, k: int) -> int:
    return word[-1 - k][0] if k < len(word) else 0


def addition(base: int) -> Callable[[Word], int]:
    def digit(word: Word) -> int:
        a, b = (sum(v[i] * base**k for k, v in enumerate(word)) for i in (0, 1))
        return (a + b) // base ** (len(word) - 1) % base

    return digit


def division(k: int) -> Callable[[Word], int]:
    return lambda word: int("".join(map(str, first(word))), 2) // k % 2


def majority(word: Word) -> int:
    counts = Counter(first(word))
    return min(counts, key=lambda v: (-counts[v], v))


def balanced(word: Word) -> int:
    depths = list(itertools.accumulate(1 - 2 * b for b in first(word)))
    return int(depths[-1] == 0 and min(depths) >= 0)


def alternating(k: int) -> Callable[[Word], int]:
    def test(word: Word) -> int:
        window = [back(word, i) for i in range(k)]
        return int(all(a != b for a, b in itertools.pairwise(window)))

    return test


def newton(force: Callable[[int, int], int]) -> Callable[[Word], int]:
    def position(word: Word) -> int:
        v = r = 0
        for x in first(word):
            v += force(x, r)
            r += v
        return r

    return position


def magnetic(word: Word) -> list[int]:
    v0 = v1 = p0 = p1 = 0
    for x, w in word:
        v0, v1 = v0 + x - v1, v1 + w + v0
        p0, p1 = p0 + v0, p1 + v1
    return [p0, p1]


def sum_last(k: int) -> Callable[[Word], int]:
    return lambda word: sum(first(word)[-k:])


def add_mod(k: int) -> Callable[[Word], int]:
    return lambda word: sum(first(word)) % k


REFERENCE: dict[str, Callable[[Word], Any]] = {
    "Binary_Addition": addition(2),
    **{f"Base_{b}_Addition": addition(b) for b in range(3, 8)},
    "Bitwise_Xor": lambda w: w[-1][0] ^ w[-1][1],
    "Bitwise_Or": lambda w: w[-1][0] | w[-1][1],
    "Bitwise_And": lambda w: w[-1][0] & w[-1][1],
    "Bitwise_Not": lambda w: int(not w[-1][0]),
    **{f"Parity_Last{k}": (lambda w, k=k: sum_last(k)(w) % 2) for k in (2, 3, 4)},
    "Parity_All": lambda w: sum(first(w)) % 2,
    "Parity_Zeros": lambda w: first(w).count(0) % 2,
    "Parity_Bits_Mod2": lambda w: (len(w) - 1) % 2,
    "Evens_Counter": lambda w: sum(x % 2 == 0 for x in first(w)),
    "Evens_Detector": lambda w: int(w[-1][0] % 2 == 0),
    "Perfect_Square_Detector": lambda w: int(w[-1][0] ** 0.5 % 1 == 0),
    "Sum_All": lambda w: sum(first(w)),
    **{f"Sum_Last{k}": sum_last(k) for k in range(2, 8)},
    "Current_Number": lambda w: w[-1][0],
    **{f"Prev{k}": (lambda w, k=k: back(w, k)) for k in range(1, 6)},
    "Previous_Equals_Current": lambda w: int(back(w, 0) == back(w, 1)),
    "Diff_Last2": lambda w: back(w, 0) - back(w, 1),
    "Abs_Diff": lambda w: abs(back(w, 0) - back(w, 1)),
    "Abs_Current": lambda w: abs(w[-1][0]),
    "Diff_Abs_Values": lambda w: abs(back(w, 0)) - abs(back(w, 1)),
    "Min_Seen": lambda w: min(first(w)),
    "Max_Seen": lambda w: max(first(w)),
    **{f"Majority_0_{k}": majority for k in (1, 2, 3)},
    "Bit_Palindrome": lambda w: int(w == w[::-1]),
    "Balanced_Parenthesis": balanced,
    "Alternating_Last3": alternating(3),
    "Alternating_Last4": alternating(4),
    "Bit_Shift_Right": lambda w: back(w, 1),
    "Bit_Dot_Prod_Mod2": lambda w: sum(a * b for a, b in w) % 2,
    **{f"Div_{k}": division(k) for k in (3, 5, 7)},
    **{f"Add_Mod_{k}": add_mod(k) for k in range(3, 9)},
    "Dithering": lambda w: sum(first(w)) // 15 - sum(first(w)[:-1]) // 15,
    "Newton_Freebody": newton(lambda x, r: x),
    "Newton_Gravity": newton(lambda x, r: x - 1),
    "Newton_Spring": newton(lambda x, r: x - r),
    "Newton_Magnetic": magnetic,
}


def _no_odd_ones_before_odd_zeros(word: str) -> bool:
    runs = [(bit, len(list(run))) for bit, run in itertools.groupby(word)]
    return not any(a[0] == "1" and a[1] % 2 and b[1] % 2 for a, b in itertools.pairwise(runs))


TOMITA: dict[int, Callable[[str], bool]] = {
    1: lambda s: "0" not in s,
    2: lambda s: re.fullmatch("(10)*", s) is not None,
    3: _no_odd_ones_before_odd_zeros,
    4: lambda s: "000" not in s,
    5: lambda s: s.count("0") % 2 == 0 and s.count("1") % 2 == 0,
    6: lambda s: (s.count("0") - s.count("1")) % 3 == 0,
    7: lambda s: re.fullmatch("0*1*0*1*", s) is not None,
}
