"""The process that runs cvc5 on one SMT-LIB file. It is started as a script and imports only cvc5.

It prints the answer to each command of the file, as the executable of cvc5 does.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def main() -> None:
    """Run the file named by the only argument."""
    cvc5: Any = import_module("cvc5")
    solver = cvc5.Solver()
    solver.setOption("incremental", "true")
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.argv[1])
    symbols = parser.getSymbolManager()
    try:
        while not (command := parser.nextCommand()).isNull():
            sys.stdout.write(command.invoke(solver, symbols))
            sys.stdout.flush()
    except RuntimeError as error:  # the base class of cvc5's errors
        sys.exit(f"cvc5: {error}")


if __name__ == "__main__":
    main()
