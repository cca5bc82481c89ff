"""What goes wrong in a user's first hour: one sentence says what, where, and what next."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from mips_verify.cli import main

PROOFS = Path(__file__).parent.parent / "proofs"
NETWORK = f"{PROOFS}/Sum_All/network.safetensors"
ONNX = ("--input", "x=0..1", "--length", "9", "--reads", "numbers", "--gives", "round")
RIGHT = """def program(xs):
    s = 0
    ys = []
    for x in xs:
        s += x
        ys.append(s)
    return ys
"""
TASK = """name = "T"
says = "parity"
length = 5
[input]
x = "0..1"
[state]
s = ["0", "(s + x) % 2"]
[output]
y = "s"
"""
ROWS = [
    f"{i},{i >> t & 1},{(i & 2 ** (t + 1) - 1).bit_count() % 2}"
    for i in range(32)
    for t in range(5)
]
CSV = "\n".join(["sequence,x,y", *ROWS, ""])


@dataclass(frozen=True)
class Fault:
    """A command, the files that it meets, its exit code, and the words that its sentence has."""

    command: str
    says: tuple[str, ...]
    files: dict = field(default_factory=dict)
    code: int = 2


def program(text, *says, code=2, task="Sum_All"):
    """A fault of a program for a task."""
    return Fault(f"prove p.py {task}", says, {"p.py": text}, code)


def task(text, *says):
    """A fault of a task file."""
    return Fault("show t.toml", ("t.toml", *says), {"t.toml": text})


def table(text, *says):
    """A fault of a file of examples."""
    return Fault("synth --data d.csv --fresh", ("d.csv", *says), {"d.csv": text})


def model(name, data, *says, more=()):
    """A fault of a model."""
    return Fault(" ".join(["extract --model", name, *more]), (name, *says), {name: data})


def changed_row(number, line):
    return "\n".join([*CSV.split("\n")[: number - 1], line, *CSV.split("\n")[number:]])


FAULTS = {
    # programs
    "no parameter": program(
        "def program():\n    return 1\n",
        "p.py, line 1: 'program' takes 0 parameters; write `def program(xs)`", "list of all inputs",
    ),
    "two parameters": program(
        "def program(a, b):\n    return a\n",
        "'program' takes 2 parameters; write `def program(xs)`",
    ),
    "a step without an input": program(
        "class P:\n    def step(self):\n        return 1\n",
        "p.py, line 2: 'P.step' takes 0 parameters; write `def step(self, x)`",
    ),
    "three lists for two inputs": program(
        "def program(a, b, c):\n    return a\n",
        "takes 3 parameters", "a list of tuples (x, w)", task="Binary_Addition",
    ),
    "None at the start of a class": program(
        "class P:\n    def __init__(self):\n        self.s = None\n    def step(self, x):\n"
        "        self.s = self.s + x\n        return self.s\n",
        "REFUTED by the shortest sequence 0", "'NoneType' and 'int'", code=1,
    ),
    "Python 2": program(
        "def program(xs):\n    for x in xs:\n        print x\n",
        "p.py, line 3: Missing parentheses in call to 'print'",
    ),
    "a program that only prints": program(
        "def program(xs):\n    for x in xs:\n        print(x)\n",
        "line 3: 'print' is not known here; take it out", "it returns None and not an output for",
        code=1,
    ),
    "a program that asks": program(
        "def program(xs):\n    return [int(input()) for x in xs]\n",
        "line 2: 'input' is not known here; the numbers come as the program's argument", code=1,
    ),
    "a program without a function": program(
        "n = int(input())\nprint(n)\n",
        "p.py: the file has no public function with a parameter; write `def program(xs)`",
    ),
    "a program that never ends": Fault(
        "prove p.py Sum_All --timeout 1",
        ("UNKNOWN", "line 3: a loop of more than", "did not return within 0.5 s"),
        {"p.py": "def program(xs):\n    while True:\n        pass\n"}, 3,
    ),
    "a program with numpy": program(
        "import numpy as np\ndef program(xs):\n    return np.cumsum(xs).tolist()\n",
        "UNKNOWN", "No module named 'numpy'; programs run without installed packages", code=3,
    ),
    "tabs among spaces": program(
        "def program(xs):\n    s = 0\n\tfor x in xs:\n\t\ts += x\n",
        "p.py, line 3: inconsistent use of tabs and spaces",
    ),
    "a program in UTF-16": program(
        RIGHT.encode("utf-16"), "p.py is not UTF-8 text; save it as UTF-8"
    ),
    # names
    "an unknown task": Fault("show Sum_Lats3", ("no task 'Sum_Lats3'", "did you mean Sum_Last3")),
    "a task in other letters": Fault("show sum_all", ("did you mean Sum_All",)),
    "an unknown suite": Fault("bench --suite mipps", ("suite 'mipps'; there are general, mips",)),
    "an unknown suite in a list": Fault("tasks --suite mipps", ("suite 'mipps'; there are",)),
    "a missing task file": Fault("show mine.toml", ("no file mine.toml; `mips-verify new`",)),
    "a new task with a digit first": Fault("new 9lives", ("'9lives'", "such as Task_9lives")),
    "an unknown command": Fault("prov p.py Sum_All", ("Did you mean 'prove'?",)),
    # task files
    "a name with a digit first": task(
        TASK.replace('"T"', '"9lives"'), "a letter first, such as Task_9lives"
    ),
    "an input with a digit first": task(
        TASK.replace("x =", "9x ="), "input.9x", "a letter first"
    ),
    "a key with a typo": task(
        TASK.replace("length", "lenght"), "unknown key 'lenght'; did you mean length?"
    ),
    "a table with a typo": task(TASK.replace("[input]", "[inptu]"), "did you mean input"),
    "a task file in UTF-16": task(TASK.encode("utf-16"), "not UTF-8 text; save it as UTF-8"),
    "a range turned round": task(
        TASK.replace("0..1", "9..0"), "9..0 of input 'x' is empty; write the smaller end first"
    ),
    # examples
    "a header with too few names": table(
        CSV.replace("sequence,x,y", "sequence,x"),
        "row 2: 3 cells, expected 2 as in the header (sequence, x)",
    ),
    "no header": table("\n".join(ROWS), "row 1: numbers instead of the names", "sequence,x,y"),
    "a header that does not say what a sequence is": table(
        CSV.replace("sequence", "id"), "no program does both", "a column `sequence`"
    ),
    "a missing value": table(
        changed_row(8, "1,,1"), "row 8, column x: a cell is empty; fill it, or leave"
    ),
    "a number with a fraction": table(
        changed_row(8, "1,0.5,1"), "row 8, column x: 0.5 is not a whole number; --letters x"
    ),
    "semicolons": table(CSV.replace(",", ";"), "row 1", "';'; expected commas"),
    "examples in UTF-16": table(CSV.encode("utf-16"), "not UTF-8 text", "save it as UTF-8"),
    "an empty file of examples": table("", "d.csv is empty"),
    # models
    "junk as ONNX": model(
        "m.onnx", os.urandom(500), "is no ONNX model", "export it again", more=ONNX
    ),
    "junk as a state dict": model(
        "m.pt", os.urandom(500), "was not read", "torch.save(module.state_dict(), path)"
    ),
    "junk as safetensors": model("m.bin2", os.urandom(500), "not a readable safetensors file"),
    "an empty state dict": model("m.pt", "", "is empty; save the model again"),
    "an empty ONNX file": model("m.onnx", "", "is empty; save the model again", more=ONNX),
    "an empty file": model("m.safetensors", "", "is empty; save the model again"),
    "a network of other inputs": Fault(
        f"extract --model {NETWORK} --task Binary_Addition",
        ("reads 1 inputs, not 2 (x, w); give the task or the ranges",),
    ),
    "no range": Fault(f"extract --model {NETWORK}", ("as in --input x=0..9",)),
    # options
    "an option's range turned round": Fault(
        f"extract --model {NETWORK} --input x=9..0 --length 9", ("write the smaller end first",)
    ),
    "a negative seed": Fault(
        "prove p.py Sum_All --seed -1", ("'--seed': -1 is not in the range 0<=x",), {"p.py": RIGHT}
    ),
    "a length too great for labels": Fault(
        f"extract --model {PROOFS}/Bit_Palindrome/network.safetensors --task Bit_Palindrome "
        "--length 100",
        ("in step 63 of a sequence, too large for labels; choose a smaller range or length",),
    ),
    # folders
    "an output folder that is a file": Fault(
        "synth-and-prove Sum_All --fresh --out f", ("'--out': Directory 'f' is a file",), {"f": "1"}
    ),
    "a runs folder that is a file": Fault(
        "synth-and-prove Sum_All --runs f", ("'--runs': Directory 'f' is a file",), {"f": "1"}
    ),
    "an output file that is a folder": Fault(
        f"extract --model {NETWORK} --task Sum_All --out d", ("File 'd' is a directory",),
        {"d/f": "1"},
    ),
    "a new task over an old file": Fault(
        "new T", ("T.toml exists and is not replaced; name another file with --out",),
        {"T.toml": "mine"},
    ),
    "no bundle": Fault("check", ("proofs does not exist; name a bundle or a folder of bundles",)),
}  # fmt: skip


def write(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())


def run(command):
    return CliRunner().invoke(main, command.split())


def sentence(result):
    """The last line of an output, which must not be a traceback's."""
    assert "Traceback" not in result.output
    return result.output.rstrip("\n").splitlines()[-1]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_ends_in_one_clear_sentence(fault, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, fault.files)
    result = run(fault.command)
    assert result.exit_code == fault.code, result.output
    said = sentence(result)
    assert not [part for part in fault.says if part not in said], said
    for name, data in fault.files.items():  # nothing is lost
        assert (tmp_path / name).read_bytes() == (
            data if isinstance(data, bytes) else data.encode()
        )


WITHOUT = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "{library}":
            raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize(
    ("library", "extra", "command"),
    [
        ("torch", "train", "synth-and-prove Sum_All"),
        ("safetensors", "train", "synth-and-prove Sum_All"),
        ("safetensors", "train", f"extract --model {NETWORK} --task Sum_All"),
        ("onnxruntime", "onnx", f"extract --model m.onnx {' '.join(ONNX)}"),
        ("matplotlib", "report", f"report {PROOFS}/Sum_All --out page.html"),
        ("pygments", "report", f"report {PROOFS}/Sum_All --out page.html"),
    ],
)
def test_a_missing_library_is_named_before_any_work(library, extra, command, tmp_path):
    write(tmp_path, {"m.onnx": "junk"})
    done = start(command, tmp_path, prelude=WITHOUT.format(library=library))
    assert done.returncode == 2, done.stderr
    said = f'mips-verify: {library} is not installed; pip install "mips-verify[{extra}]"'
    assert done.stderr.splitlines() == [said]


def start(command, folder, prelude="", before=()):
    """A command in a process of its own."""
    code = f"{prelude}\nfrom mips_verify.cli import main\nmain()"
    return subprocess.run(
        [*before, sys.executable, "-c", code, *command.split()],
        text=True, capture_output=True, check=False, cwd=folder,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "name", "text"),
    [
        ("prove {file} Sum_All", "p.py", RIGHT),
        ("show {file}", "t.toml", TASK),
        ("show {file}", "t.toml", TASK.replace(" = ", "\t=\t")),
        ("synth --fresh --data {file}", "d.csv", CSV),
        ("synth --fresh --data {file}", "d.csv", CSV.replace(",", ", ")),
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_ends_and_marks_of_editors_do_not_matter(command, name, text, mark, end, tmp_path):
    path = tmp_path / name
    path.write_bytes((mark + text.replace("\n", end)).encode())
    result = run(command.format(file=path))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        (
            "program.py",
            lambda b: b + b"# mine\n",
            "program.py:34: files: FAILED: differs from what",
        ),
        ("program.dfy", lambda b: b.replace(b"x", b"y", 1), "program.dfy:"),
        ("equivalence.smt2", None, "equivalence.smt2: files: FAILED: cannot read"),
        ("network.safetensors", lambda b: b"x", "restore the file"),
        ("certificate.json", lambda b: b"{", "restore it, or make the bundle again"),
    ],
)
def test_a_changed_file_of_a_bundle_is_named_with_what_to_run_next(file, change, says, tmp_path):
    bundle = tmp_path / "Sum_Last3"
    shutil.copytree(PROOFS / "Sum_Last3", bundle)
    if change is None:
        (bundle / file).unlink()
    else:
        (bundle / file).write_bytes(change((bundle / file).read_bytes()))
    result = run(f"check {bundle} --jobs 1")
    assert result.exit_code == 1, result.output
    (said,) = [line for line in result.output.splitlines() if f"{file}:" in line]
    assert says in said
    if file not in ("network.safetensors", "certificate.json"):
        assert said.endswith(f"; `mips-verify bundle {bundle}/certificate.json` writes it again")


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path):
    write(tmp_path, {"page.py": "old"})
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    done = start(f"extract --model {NETWORK} --task Sum_All --out page.py", tmp_path, prelude=limit)
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert done.stderr.rstrip().endswith("free some space or choose another place")
    assert [path.name for path in tmp_path.iterdir()] == ["page.py"]
    assert (tmp_path / "page.py").read_text() == "old"


# root may read everything, unless it gives up that right
ROOT = os.name == "posix" and os.getuid() == 0
WEAK = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if ROOT else ()


@pytest.mark.skipif(bool(WEAK) and not shutil.which("setpriv"), reason="root reads every folder")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("check dark", "Path 'dark' is not readable"),
        ("check dark/Sum_All", "Permission denied"),
        ("show dark/t.toml", "Permission denied"),
        ("synth --data dark/d.csv --fresh", "cannot read dark/d.csv: Permission denied"),
        ("new T --out dark/T.toml", "Permission denied"),
        ("synth-and-prove Sum_All --fresh --out dark/proofs", "Permission denied"),
    ],
)
def test_a_folder_that_may_not_be_read_is_said(command, says, tmp_path):
    write(tmp_path, {"dark/t.toml": TASK, "dark/d.csv": CSV})
    (tmp_path / "dark").chmod(0)
    try:
        done = start(command, tmp_path, before=WEAK)
    finally:
        (tmp_path / "dark").chmod(0o755)
    assert done.returncode == 2, done.stderr
    said = done.stderr.splitlines()[-1]
    assert says in said
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_network_trusted_too_far_is_said(tmp_path):
    network = PROOFS / "Bit_Palindrome" / "network.safetensors"
    result = run(f"extract --model {network} --input x=0..1 --length 100")
    assert result.exit_code == 4
    assert result.stdout.startswith("no program was found in the network")
    assert "a smaller --length trusts less of it" in result.stdout


def test_a_class_may_begin_with_none(tmp_path):
    (tmp_path / "p.py").write_text(
        "class P:\n    def __init__(self):\n        self.s = None\n    def step(self, x):\n"
        "        self.s = x if self.s is None else self.s + x\n        return self.s\n"
    )
    assert run(f"prove {tmp_path / 'p.py'} Sum_All").exit_code == 0
