"""What keeps a result honest: extraction is blind to the task, and the trusted kernel is small."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mips_verify
from mips_verify.task import load_tasks

PACKAGE = Path(mips_verify.__file__).parent
BLIND = ("network", "normalize", "extract", "regress")
FORBIDDEN = ("task", "sampling", "score", "examples", "example_files", "families",
             "learning", "reading", "diagram", "stages", "pipeline", "prove", "reader",
             "report", "bundle", "bench", "check", "commands", "cli", "emit")  # fmt: skip
KERNEL = (
    "errors", "domain", "expr", "parse", "machine",
    "printers.z3", "prove.verdict", "prove.obligations", "prove.certificate",
)  # fmt: skip
# imports run one way: a module uses its own layer and those above it in this list
LAYERS = (
    ("errors",),
    ("domain", "expr", "files", "processes"),
    ("parse", "machine"),
    ("families",),
    ("printers", "data", "mealy", "task"),
    ("regress", "network"),
    ("normalize", "extract"),
    ("prove",),
    ("example_files",),
    ("sampling", "score", "examples"),
    ("emit", "reader"),
    ("diagram",),
    ("report", "store"),
    ("stages",),
    ("pipeline", "reading"),
    ("learning",),
    ("bundle", "foreign"),
    ("api",),
    ("bench", "terminal", "check"),
    ("commands",),
    ("cli",),
    ("__main__",),
)


@functools.cache
def modules():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path
    return found


def imports(tree):
    """Modules that a syntax tree imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{a.name}" for a in node.names)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names)


def own(tree):
    """The imports that are modules of this package, without its name."""
    inside = {n.removeprefix("mips_verify.") for n in imports(tree) if n.startswith("mips_verify.")}
    return inside & set(modules())


def parsed(name):
    return ast.parse(modules()[name].read_text())


@functools.cache
def used_by(name):
    return own(parsed(name))


def reachable(name):
    seen, todo = set(), [name]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo += used_by(current)
    return seen - {name}


def _blind_modules():
    return [name for name in modules() if name.split(".")[0] in BLIND]


@pytest.mark.parametrize("name", _blind_modules())
def test_reading_a_network_never_reaches_the_specification(name):
    found = {m for m in reachable(name) if m.split(".")[0] in FORBIDDEN}
    assert not found


def test_the_wall_test_sees_imports_inside_functions():
    assert "task" in reachable("cli")
    assert "prove.verdict" in reachable("pipeline")


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


def test_imports_run_one_way():
    rank = {name: i for i, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for name in modules():
        if name:
            used = {m.split(".")[0] for m in own(without_type_checking(parsed(name)))} - {""}
            wrong += [f"{name} imports {m}" for m in used if rank[m] > rank[name.split(".")[0]]]
    assert not wrong


def without_type_checking(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = [ast.Pass()]
    return tree


def test_the_kernel_is_small():
    lines = {name: len(modules()[name].read_text().splitlines()) for name in KERNEL}
    assert sum(lines.values()) < 1500, lines


@pytest.mark.parametrize("name", KERNEL)
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
