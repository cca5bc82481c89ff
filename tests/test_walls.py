"""What keeps a result honest, and the code easy to enter: rooms, and which of them sees which."""

import ast
import re
import subprocess
import sys
from collections import Counter

import pytest

from mips_verify.spec.task import load_tasks
from tests.rooms import (
    PACKAGE,
    PAGE,
    ROOMS,
    imports,
    modules,
    parsed,
    picture,
    reachable,
    room,
    used_by,
)

# what trains, normalises or reads a network sees neither a specification nor a proof
BLIND = ("algebra", "regress", "network", "normalize", "train", "extract")
SIGHTED = ROOMS[ROOMS.index("spec") :]
KERNEL = "errors", "kernel"
READER = ("source", "symbols", "operations", "expressions", "statements", "machine")
LONGEST = 400  # lines of a file


def _blind_modules():
    return [name for name in modules() if room(name) in BLIND]


@pytest.mark.parametrize("name", _blind_modules())
def test_reading_a_network_never_reaches_the_specification(name):
    assert not {m for m in reachable(name) if room(m) in SIGHTED}


def test_the_wall_test_sees_imports_inside_functions():
    assert "spec.task" in reachable("cli")
    assert "kernel.verdict" in reachable("pipeline.synthesize")


def test_no_task_is_named_where_networks_are_read():
    spelled = {n for t in load_tasks() for n in (t.name, t.name.replace("_", ""))}
    found = []
    for folder in BLIND:
        for path in (PACKAGE / folder).rglob("*.py"):
            text = path.read_text()
            found += [
                (path.name, n)
                for n in spelled
                if re.search(rf"(?<![A-Za-z]){n}(?![A-Za-z0-9])", text)
            ]
    assert not found


def test_no_task_is_named_anywhere_in_the_package():
    code = "\n".join(p.read_text() for p in modules().values())
    docs = {"Sum_Last3", "Add_Mod_"}  # used in help texts only
    assert not [t.name for t in load_tasks() if t.name in code and t.name not in docs]


def test_every_room_is_known():
    assert {room(name) for name in modules()} - {""} == set(ROOMS)


def test_no_room_imports_upwards():
    """Also under TYPE_CHECKING and inside functions: a reader follows those imports too."""
    rank = {name: i for i, name in enumerate(ROOMS)}
    wrong = [
        f"{name} imports {used}"
        for name in set(modules()) - {""}
        for used in used_by(name) - {""}
        if rank[room(used)] > rank[room(name)]
    ]
    assert not wrong


def test_the_folders_of_the_reader_import_one_way():
    """A folder uses what stands before it in READER, and itself; the files at the top use all."""
    parts = {name: name.split(".") for name in modules() if name.startswith("reader.")}
    rank = {n: READER.index(p[1]) if p[1] in READER else len(READER) for n, p in parts.items()}
    assert {p[1] for p in parts.values() if len(p) > 2} == set(READER)
    assert not [(n, u) for n in rank for u in used_by(n) if rank.get(u, 0) > rank[n]]


def test_no_modules_import_one_another_in_a_circle():
    assert not [name for name in modules() if any(name in reachable(m) for m in used_by(name))]


def test_the_picture_of_the_rooms_is_true():
    assert picture() in PAGE.read_text()


def test_no_file_is_long():
    lengths = {name: len(path.read_text().splitlines()) for name, path in modules().items()}
    assert not {name: n for name, n in lengths.items() if n > LONGEST}


def test_a_file_name_occurs_once():
    names = Counter(p.name for p in modules().values() if p.name != "__init__.py")
    assert not [name for name, count in names.items() if count > 1]


def kernel_modules():
    return [name for name in modules() if room(name) in KERNEL]


def test_the_kernel_is_small():
    lines = {name: len(modules()[name].read_text().splitlines()) for name in kernel_modules()}
    assert sum(lines.values()) < 1500, lines


def test_the_kernel_needs_nothing_outside_it():
    assert not {m for name in kernel_modules() for m in reachable(name)} - set(kernel_modules())


def network_kernel_modules():
    return [name for name in modules() if room(name) == "network_kernel"]


def test_the_network_kernel_needs_nothing_but_the_kernel():
    own = {*network_kernel_modules(), *kernel_modules()}
    assert not {m for name in network_kernel_modules() for m in reachable(name)} - own


def without_type_checking(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = [ast.Pass()]
    return tree


@pytest.mark.parametrize("name", [*kernel_modules(), *network_kernel_modules()])
def test_the_kernel_loads_no_heavy_library(name):
    tree = without_type_checking(parsed(name))
    tree.body = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    top = {n.split(".")[0] for n in imports(tree)}
    assert not top & {"torch", "numpy", "sympy", "scipy", "click", "rich", "jinja2"}


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from mips_verify.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('torch', 'numpy', 'z3', 'sympy', 'rich', 'jinja2')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("[]\n")
