"""The rooms of the package and who imports whom; draws the picture of docs/architecture.md.

python -m tests.rooms      # draw it again
"""

import ast
import functools
from pathlib import Path

import mips_verify

PACKAGE = Path(mips_verify.__file__).parent
PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
# imports run one way: a room uses what stands before it in this list, and itself
ROOMS = (
    "errors", "files", "processes", "workers", "progress", "deadline", "work", "kernel",
    "network_kernel", "algebra", "data", "regress", "network", "normalize", "train", "extract",
    "spec", "prove", "certify", "emit", "reader", "pipeline", "report", "api", "testing", "bench",
    "check", "commands", "cli", "start", "__main__",
)  # fmt: skip
# used by all rooms, or not used by any
HIDDEN = (
    "errors", "files", "processes", "progress", "deadline", "work", "api", "testing", "cli",
    "start", "__main__",
)  # fmt: skip


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
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner.removeprefix("mips_verify.") in modules() else node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names)


def room(name):
    return name.split(".")[0]


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


def edges():
    """Which room uses which, without what follows from the rest (a transitive reduction)."""
    shown = [r for r in ROOMS if r not in HIDDEN]
    uses = {r: set() for r in shown}
    for name in set(modules()) - {""}:
        if room(name) in uses:
            uses[room(name)] |= {room(u) for u in used_by(name) - {""}} & set(shown)
    below = {}
    for r in shown:  # imports run one way, so that lower rooms come first
        uses[r].discard(r)
        below[r] = uses[r].union(*(below[u] for u in uses[r]))
    return [
        (u, r)
        for r in shown
        for u in shown
        if u in uses[r] and not any(u in below[v] for v in uses[r] - {u})
    ]


def picture():
    """The rooms as a Mermaid flowchart; an arrow leads from a room to one that uses it."""
    return "\n".join(["```mermaid", "flowchart TD", *(f"  {a} --> {b}" for a, b in edges()), "```"])


def main():
    before, rest = PAGE.read_text().split("<!-- rooms -->\n")
    after = rest.split("<!-- /rooms -->")[1]
    PAGE.write_text(f"{before}<!-- rooms -->\n{picture()}\n<!-- /rooms -->{after}")


if __name__ == "__main__":
    main()
