"""Modules of Python's own that others hide: an import of such a name is another module."""

from __future__ import annotations

import ast
import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Final

from mips_verify.reader.source.outside_subset import OutsideSubset

_OWN: Final = frozenset(sys.stdlib_module_names)


def demand_nothing_hidden(tree: ast.Module, folder: Path) -> None:
    """Refuse a file with imports if a module beside it has the name of one of Python's own.

    Python looks beside the file first. A module of its own imports others, so that it is not
    enough to look for the names that the file itself imports.

    Raises:
        OutsideSubset: there is such a module.
    """
    imports = [s for s in ast.walk(tree) if isinstance(s, ast.Import | ast.ImportFrom)]
    used = [s for s in imports if not (isinstance(s, ast.ImportFrom) and s.module == "__future__")]
    if not used or not folder.is_dir():
        return
    for name in sorted({path.name.partition(".")[0] for path in folder.iterdir()} & _OWN):
        found = PathFinder.find_spec(name, [str(folder)])
        if found is not None and found.loader is not None:
            raise OutsideSubset(f"'{name}' beside the file hides Python's own module", used[0])


def is_own(module: ModuleType) -> bool:
    """Whether a loaded module is one of Python's own, and no other one of its name."""
    if module.__name__.partition(".")[0] not in _OWN:
        return False
    origin = None if module.__spec__ is None else module.__spec__.origin
    if origin in ("built-in", "frozen"):
        return True
    paths = sysconfig.get_paths()
    homes = [Path(paths[key]).resolve() for key in ("stdlib", "platstdlib")]
    where = Path(origin or "").resolve()
    return any(where.is_relative_to(home) for home in homes) and "site-packages" not in where.parts
