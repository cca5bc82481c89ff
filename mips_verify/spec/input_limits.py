"""Size limits of task files and example files, so that a hostile file costs little."""

from __future__ import annotations

from typing import Final

# task files
MOST_TASK_BYTES: Final = 2**20
MOST_DOTS: Final = 1000  # per line; the time of tomllib is quadratic in the number of a key's parts
MOST_MEMBERS: Final = 200  # of a family
MOST_FAMILY_TEXT: Final = 2**22  # characters of all members of a family
LONGEST_VALUE: Final = 40  # characters of a parameter's value in one member of a family

# dot files
MOST_DOT_BYTES: Final = 2**22

# tasks
MAX_BACK: Final = 100  # steps that back() and sumback() look back
MOST_NAMES: Final = {"input": 64, "state": 1000, "output": 64, "names": 1064}
MOST_NODES: Final = 20_000  # in a specification's syntax trees, written out down to the inputs
DEEPEST: Final = MAX_BACK + 20  # levels of an expression; sumback() needs one per input

LONGEST_NAME: Final = 400  # characters of the name of a value; some protocols' messages have 190

# files of examples
MOST_COLUMNS: Final = 64
MOST_CELLS: Final = 2**21
MOST_SEQUENCES: Final = 2**17
FEWEST_SEQUENCES: Final = 20
FEWEST_DIFFERENT: Final = 5
MOST_LETTERS: Final = 256  # different letters in a column
LONGEST_NUMBER: Final = 20  # digits
LONGEST_LETTER: Final = 100  # characters
