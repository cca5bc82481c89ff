"""Python files read as machines, by symbolic execution of their syntax tree.

Nothing of a file is ever executed here (see :mod:`mips_verify.reader.execute` for that).
"""

from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.program import read_program

__all__ = ["OutsideSubset", "read_program"]
