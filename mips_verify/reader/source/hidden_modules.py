"""Modules that stand in the way of Python's own: an import of such a name is another module."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Final

from mips_verify.reader.source.outside_subset import OutsideSubset

_OWN: Final = frozenset(sys.stdlib_module_names)
_TESTS: Final = frozenset({"test"})  # those of Python; none of its other modules imports it
_AT_START: Final = frozenset({"sitecustomize", "usercustomize"})


def demand_nothing_hidden(tree: ast.Module, file: Path) -> None:
    """Refuse a file if a module hides one of Python's own, or is run before all others.

    A module of Python's own imports others, so that it is not enough to look for the names that
    the file itself imports. What Python imports at its start may change what any name means.

    Raises:
        OutsideSubset: there is such a module.
    """
    imports = [s for s in ast.walk(tree) if isinstance(s, ast.Import | ast.ImportFrom)]
    used = [s for s in imports if not (isinstance(s, ast.ImportFrom) and s.module == "__future__")]
    names = _AT_START | (_OWN - _TESTS if used else frozenset())
    for folder in sorted(set(_first_folders(file))):
        for name in sorted({path.name.partition(".")[0] for path in folder.iterdir()} & names):
            found = PathFinder.find_spec(name, [str(folder)])
            if found is not None and found.loader is not None:
                said = (
                    "is run at Python's start" if name in _AT_START else "hides Python's own module"
                )
                raise OutsideSubset(f"{found.origin} {said}", used[0] if used else 1)


def _first_folders(file: Path) -> Iterator[Path]:
    """Where Python may look first: beside the file, however it is named, and where it is started.

    Beside a link, and beside what it links to; above the packages that the file is in; and the
    working directory, if the file is below it.
    """
    for folder in {file.absolute().parent, file.resolve().parent}:
        yield folder
        while (folder / "__init__.py").exists() and folder != folder.parent:
            folder = folder.parent
            yield folder
    if file.resolve().is_relative_to(Path.cwd().resolve()):
        yield Path.cwd()


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
