"""Python files read as machines, by executing their syntax tree on symbols.

No code of a file is ever executed here (:mod:`mips_verify.reader.execute` does that). The reader
works from a white list: it refuses whatever it does not know. Its folders follow the method: source
(a checked syntax tree), symbols (what variables hold), operations, expressions and statements (the
tree executed on symbols, one step of the program at a time), machine (registers and outputs).
"""

from mips_verify.reader.program import read_program
from mips_verify.reader.source.outside_subset import OutsideSubset

__all__ = ["OutsideSubset", "read_program"]
