"""The tasks outside the benchmark written a second time, as plain functions of the whole prefix.

``GENERAL[name](word)`` is the output after the last letter of ``word``, a list of
letters, each a list of one value a channel.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import reduce
from math import prod

from tests.reference import Word, add_mod, addition, back, first, majority, sum_last

Permutation = tuple[int, ...]  # the image of each point


def swap(a: int, b: int, points: int = 4) -> Permutation:
    image = list(range(points))
    image[a], image[b] = b, a
    return tuple(image)


def then(p: Permutation, q: Permutation) -> Permutation:
    """First ``p``, then ``q``."""
    return tuple(q[i] for i in p)


def whole_product(word: Word, letters: list[Permutation]) -> Permutation:
    return reduce(then, (letters[x] for x in first(word)), tuple(range(len(letters[0]))))


def product_of(letters: list[Permutation], members: list[Permutation]) -> Callable[[Word], int]:
    """The number, among ``members``, of the product of all letters."""
    return lambda word: members.index(whole_product(word, letters))


def even(p: Permutation) -> bool:
    return sum(p[i] > p[j] for i in range(len(p)) for j in range(i + 1, len(p))) % 2 == 0


def heptagon(word: Word) -> int:
    """Where the corner 0 and the orientation of a heptagon end."""
    turn, flip = tuple((i + 1) % 7 for i in range(7)), tuple(-i % 7 for i in range(7))
    corners = tuple(range(7))
    for x in first(word):
        corners = then(flip if x else turn, corners)
    flipped = (corners[1] - corners[0]) % 7 != 1
    return corners[0] + 7 * flipped


S3 = list(itertools.permutations(range(3)))
S4 = list(itertools.permutations(range(4)))
SWAPS = [swap(a, b) for a, b in itertools.combinations(range(4), 2)]


def checksum(word: Word) -> int:
    """The remainder of the message, times z^4, by z^4 + z + 1 over two elements."""
    message = int("".join(map(str, first(word))), 2) << 4
    for shift in range(len(word) - 1, -1, -1):
        if message >> (shift + 4) & 1:
            message ^= 0b10011 << shift
    return message


def longest_run(word: Word) -> int:
    return max(map(len, "".join(map(str, first(word))).split("0")))


def best_sum(word: Word) -> int:
    sums = [0, *itertools.accumulate(first(word))]
    return max(b - a for a, b in itertools.combinations_with_replacement(sums, 2))


def best_profit(word: Word) -> int:
    days = itertools.combinations_with_replacement(first(word), 2)
    return max(sell - buy for buy, sell in days)


GENERAL: dict[str, Callable[[Word], int]] = {
    "And_Last2": lambda w: int(back(w, 0) == back(w, 1) == 1),
    "Or_Last2": lambda w: int(1 in first(w)[-2:]),
    "Or_Last3": lambda w: int(1 in first(w)[-3:]),
    **{f"Add_Mod_{k}": add_mod(k) for k in (9, 10, 19)},
    "Sub_Mod_19": lambda w: -sum(first(w)) % 19,
    "Mult_Mod_19": lambda w: prod(first(w)) % 19,
    **{f"Base_{b}_Addition": addition(b) for b in (8, 9, 10)},
    "Max_Prev2": lambda w: max(back(w, i) for i in range(3)),
    "Min_Prev2": lambda w: min(back(w, i) for i in range(3)),
    "Abs_Max": lambda w: max(map(abs, first(w))),
    "Abs_Min": lambda w: min(map(abs, first(w))),
    **{f"Prev{k}": (lambda w, k=k: back(w, k)) for k in (6, 7, 8)},
    **{f"Sum_Last{k}": sum_last(k) for k in (8, 9)},
    "Crc_4": checksum,
    "Unique3": lambda w: [back(w, 1), back(w, 2)].count(back(w, 0)),
    "Vowel_Counter": lambda w: sum("abcdefghijklmnopqrstuvwxyz"[x] in "aeiou" for x in first(w)),
    "Card_Counting": lambda w: sum((2 <= x <= 6) - (x in {1, 10, 11, 12, 13}) for x in first(w)),
    "S3_Product": product_of(S3, S3),
    "D7_Product": heptagon,
    "A4_Product": product_of(
        [(1, 2, 0, 3), then(swap(0, 1), swap(2, 3))], [p for p in S4 if even(p)]
    ),
    "S4_Product": product_of([swap(i, i + 1) for i in range(3)], S4),
    "Transposition_Image": lambda w: whole_product(w, SWAPS)[0],
    "Majority_0_4": majority,
    "Majority_0_5": majority,
    "Power_Of_Two_Detector": lambda w: int(back(w, 0).bit_count() == 1),
    "Integer_Logarithm": lambda w: max(back(w, 0).bit_length() - 1, 0),
    "Mod_Prev": lambda w: back(w, 0) % back(w, 1) if back(w, 1) else 0,
    "Set_Size": lambda w: len(set(first(w))),
    "Digit_Palindrome": lambda w: int(str(back(w, 0)) == str(back(w, 0))[::-1]),
    "Dot_Product": lambda w: sum(a * b for a, b in w),
    "First_Index": lambda w: first(w).index(back(w, 0)),
    "Sorted_So_Far": lambda w: int(first(w) == sorted(first(w))),
    "Run_Length": lambda w: len("".join(map(str, first(w))).split("0")[-1]),
    "Longest_Run": longest_run,
    "Range_Seen": lambda w: max(first(w)) - min(first(w)),
    "Second_Largest": lambda w: sorted([0, *first(w)])[-2],
    "Max_Subarray": best_sum,
    "Best_Profit": best_profit,
}
