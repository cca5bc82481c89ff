"""Python files read as machines, by executing their syntax tree on symbols.

Nothing of a file is ever executed here (see :mod:`mips_verify.reader.execute` for that). The
reader is a white list: what it does not know it refuses.
"""

from mips_verify.reader.program import read_program
from mips_verify.reader.source.outside_subset import OutsideSubset

__all__ = ["OutsideSubset", "read_program"]
