"""Programs for the tests of the reader, each with what is known of it, from `tests/data/*.toml`."""

import tomllib
from pathlib import Path
from textwrap import indent

DATA = Path(__file__).parent / "data"
AROUND_STEP = """\
K = 2
T = (1, 2)


def f(xs):
    s = 0
    out = []
    for x in xs:
{step}
        out.append(s)
    return out
"""


def cases(table):
    """The rows of a table by name, each with a whole file as ``source`` and its ``inputs``."""
    return {
        name: {**row, "source": _source(row), "inputs": tuple(row.get("inputs", ("x",)))}
        for name, row in tomllib.loads((DATA / f"{table}.toml").read_text()).items()
    }


def _source(row):
    if "source" in row:
        return row["source"]
    return AROUND_STEP.format(step=indent(row["step"].rstrip("\n"), " " * 8))
