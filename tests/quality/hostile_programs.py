"""Program files that hang, grow, or are not Python, and arguments that nobody would mean."""

from __future__ import annotations

from tests.quality.hostile_files import NINES, Writer, raw, text

HEAD = "def program(xs):\n    s = 0\n    out = []\n    for x in xs:\n"
TAIL = "        out.append(s)\n    return out\n"


def body(*lines: str) -> Writer:
    """A good program but for the lines of its loop."""
    return text(HEAD + "".join(f"        {line}\n" for line in lines) + TAIL)


def first(*lines: str) -> Writer:
    """A good program behind lines that run when it is loaded."""
    return text("\n".join(lines) + "\n" + HEAD + "        s = (s + x) % 5\n" + TAIL)


PROGRAMS: dict[str, Writer] = {
    "good": body("s = (s + x) % 5"),
    "parentheses": body("s = " + "(" * 150_000 + "x" + ")" * 150_000),
    "brackets": text("[" * 300_000),
    "minus": body("s = " + "-" * 300_000 + "x"),
    "sum": body("s = " + " + ".join("x" * 100_000)),
    "attributes": body("s = x" + ".a" * 100_000),
    "calls": body("s = x" + "()" * 50_000),
    "strings": body("s = " + "'a' " * 100_000),
    "lambdas": body("s = " + "lambda: " * 20_000 + "x"),
    "comparisons": body("s = int(" + " < ".join("x" * 50_000) + ")"),
    "ifs": text("def program(xs):\n" + "".join(f"{' ' * i}if 1:\n" for i in range(1, 99)) + "  x"),
    "elifs": body("if x == 0: s = 1", *(f"elif x == {i}: s = {i}" for i in range(1, 3000))),
    "statements": body(*["s = (s + x) % 5"] * 20_000),
    "functions": text("".join(f"def f{i}(xs): return xs\n" for i in range(20_000))),
    "number_digits": body(f"s = s + {NINES}"),
    "number_30": body(f"s = s + {'9' * 30}"),
    "number_hex": body(f"s = s + 0x{'f' * 100_000}"),
    "power": body("s = 9 ** 9 ** 9 ** 9"),
    "power_state": body("s = s ** s + 9"),
    "shift": body("s = 1 << (1 << 40)"),
    "squares": body("s = s * s + 9"),
    "text_product": body("s = len('a' * 10 ** 12)"),
    "range": body("for _ in range(10 ** 12): s += 1"),
    "constant_squares": text(
        "A = 3\n" + "".join(f"A = A * A  # {i}\n" for i in range(40)) + HEAD + TAIL
    ),
    "endless": body("while True: s = s + 1"),
    "endless_load": first("while True: pass"),
    "endless_output": text("def program(xs):\n    while True:\n        yield 1\n"),
    "recursion": first("def f(n): return f(n + 1)", "f(0)"),
    "sleep": first("import time", "time.sleep(1000)"),
    "allocates": first("a = bytearray(10 ** 11)"),
    "allocates_slowly": first("a = []", "while len(a) < 10 ** 9: a.append(bytes(10 ** 6))"),
    "forks": first(
        "import os, time", "for _ in range(6): os.fork()", "a = bytes(2 ** 27)", "time.sleep(60)"
    ),
    "prints": first("while True: print('x' * 10 ** 6)"),
    "exits": first("import os", "os._exit(0)"),
    "signals": first("import os", "os.kill(os.getpid(), 9)"),
    "raises": first("raise SystemExit(0)"),
    "input": first("input()"),
    "metaclass": first("class A(type): pass", "class program(metaclass=A): pass"),
    "nul": raw(b"def program(xs):\n    return \0\n"),
    "bom": raw(b"\xef\xbb\xbf" + (HEAD + TAIL).encode()),
    "utf16": raw((HEAD + TAIL).encode("utf-16")),
    "coding_line": raw(b"# coding: latin-1\n# \xfc\n" + (HEAD + TAIL).encode()),
    "coding_utf7": raw(b"# coding: utf-7\n" + (HEAD + TAIL).encode()),
    "coding_unknown": raw(b"# coding: no-such\n" + (HEAD + TAIL).encode()),
    "carriage": raw((HEAD + TAIL).replace("\n", "\r").encode()),
    "form_feed": body("s = (s + x) % 5\f"),
    "long_line": body("s = (s + x) % 5 # " + "x" * 10**7),
    "names": body(*(f"v{i} = x" for i in range(3000))),
    "unicode_name": body("ſ = 1", "s = s + ſ"),
}
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "new digit": ("new", "9x"),
    "new path": ("new", "../x"),
    "new control": ("new", "a\nb\x1b[31m"),
    "new long": ("new", "x" * 5000),
    "new empty": ("new", ""),
    "new in a file": ("new", "Mine", "--out", "{empty.toml}/x.toml"),
    "new on full": ("new", "Mine", "--out", "/dev/full"),
    "show long": ("show", "x" * 100_000),
    "show control": ("show", "a\nb\x1b[31m"),
    "show surrogate": ("show", "\udcff\udcfe"),
    "show long file": ("show", "x" * 5000 + ".toml"),
    "tasks suite": ("tasks", "--suite", "a\nb" * 1000),
    "tasks folder": ("--tasks", "/dev/zero", "tasks"),
    "tasks folder of files": ("--tasks", "{dir}", "tasks"),
    "seed": ("synth-and-prove", "Sum_All", "--seed", NINES),
    "seed 30": ("synth-and-prove", "Sum_All", "--fresh", "--seed", "9" * 30),
    "seed of bench": ("bench", "Sum_All", "--fresh", "--seed", "9" * 30),
    "runs in a file": ("synth-and-prove", "Sum_All", "--runs", "{empty.toml}/x"),
    "runs in full": ("synth-and-prove", "Sum_All", "--runs", "/dev/full/x", "--out", "{dir}/o"),
    "out in a file": ("synth-and-prove", "Sum_All", "--out", "{empty.toml}/x"),
    "bench jobs": ("bench", "Sum_All", "--jobs", NINES),
    "bench many jobs": ("bench", "Sum_All", "--fresh", "--jobs", "4096"),
    "bench limit": ("bench", "Sum_All", "--fresh", "--jobs", "1", "--limit", "nan"),
    "bench out": ("bench", "Sum_All", "--fresh", "--out", "{empty.toml}/x"),
    "bench suite": ("bench", "--suite", "no\nsuch"),
    "fuzz count": ("fuzz-tasks", "--count", "9" * 12),
    "fuzz seed": ("fuzz-tasks", "--seed", "9" * 30),
    "synth length": ("synth", "--data", "{good.csv}", "--length", "9" * 30),
    "synth output": ("synth", "--data", "{good.csv}", "--output", "x" * 5000),
    "synth input": ("synth", "--data", "{good.csv}", "--input", f"x=0..{NINES}"),
    "synth input 63": ("synth", "--data", "{good.csv}", "--input", f"x=0..{2**63}"),
    "extract input": ("extract", "--model", "{grows.safetensors}", "--input", f"x=0..{NINES}"),
    "extract input 63": (
        "extract", "--model", "{grows.safetensors}", "--input", f"x=0..{2**63}", "--length", "5",
    ),
    "extract length": ("extract", "--model", "{grows.safetensors}", "--length", NINES),
    "normalize low": ("normalize", "{grows_slowly.safetensors}", "--low", f"-{NINES}"),
    "normalize wide": (
        "normalize", "{grows_slowly.safetensors}", "--low", f"-{2**52}", "--high", str(2**52),
    ),
    "normalize long": ("normalize", "{grows_slowly.safetensors}", "--length", "300"),
    "normalize out": ("normalize", "{grows_slowly.safetensors}", "--out", "/dev/full/x"),
    "certify input": (
        "certify", "{grows.safetensors}", "{good.py}", "--input", f"x=0..{2**52}", "--length", "5",
    ),
    "certify letters": (
        "certify", "{grows.safetensors}", "{good.py}", "--input", "x=0..999", "--length", "5",
    ),
    "certify out": ("certify", "{grows.safetensors}", "Sum_All", "--out", "/dev/full/x"),
    "certify folder": ("certify", "{dir}", "Sum_All"),
    "certify program": ("certify", "{grows.safetensors}", "x" * 5000),
    "certify device": ("certify", "/dev/zero", "Sum_All"),
    "prove timeout": ("prove", "{good.py}", "Add_Mod_5", "--timeout", "nan"),
    "prove task": ("prove", "{good.py}", "x" * 5000),
    "check missing": ("check", "no\nsuch"),
    "check device": ("check", "/dev/zero"),
    "check long": ("check", "x" * 5000),
    "check since": ("check", "{dir}", "--since", "--output=x"),
}  # fmt: skip
