"""Every task against programs that look like what is read out of networks: all PROVED."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mips_verify.kernel.certificate import machine_from_dict
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task, load_tasks


def machine(inputs: str, state: dict[str, tuple[int, str]], *outputs: str) -> Machine:
    """A machine from texts; ``old(z)`` in an output is the value before the step."""
    cells = {name: list(cell) for name, cell in state.items()}
    texts = {"inputs": inputs.split(), "state": cells, "outputs": list(outputs)}
    return machine_from_dict(texts)


def window(k: int, *output: str) -> Machine:
    """A delay line d1, ..., dk of the inputs before."""
    names = ["x", *(f"d{i}" for i in range(1, k + 1))]
    state = {names[i]: (0, names[i - 1]) for i in range(1, k + 1)}
    return machine("x", state, *output)


def past(first: int, last: int) -> str:
    """x or old(d1), ... joined by +."""
    return " + ".join("x" if i == 0 else f"old(d{i})" for i in range(first, last + 1))


def running_sum(k: int) -> Machine:
    """The sum of the last k inputs kept in a register next to the delay line."""
    line = {f"d{i}": (0, f"d{i - 1}" if i > 1 else "x") for i in range(1, k + 1)}
    return machine("x", line | {"s": (0, f"s + x - d{k}")}, "s")


def partial_sums(k: int) -> Machine:
    """A Toeplitz basis: z1 = x + ... over k - 1 inputs, z2 over k - 2, and so on."""
    state = {f"z{i}": (0, f"z{i + 1} + x" if i < k - 1 else "x") for i in range(1, k)}
    return machine("x", state, "old(z1) + x")


def table_automaton(spec: Machine, letters: list[tuple[int, ...]], order: int) -> Machine:
    """The reachable states of a finite machine under other labels, as one table."""
    start = spec.init
    states, todo, edges = [start], [start], {}
    while todo:
        z = todo.pop(0)
        for x in letters:
            new, y = spec.step(z, x)
            edges[z, x] = new, y
            if new not in states:
                states.append(new)
                todo.append(new)
    n, m = len(states), len(letters)
    label = {z: (i * order + 1) % n for i, z in enumerate(states)}
    by_label = sorted(states, key=label.__getitem__)
    rows = [(z, x) for z in by_label for x in letters]
    go = tuple(label[edges[row][0]] for row in rows)
    say = tuple(edges[row][1][0] for row in rows)
    widths = [len({x[c] for x in letters}) for c in range(len(letters[0]))]
    inputs = ["x", "w"][: len(widths)]
    index = f"{m} * z"
    for c, name in enumerate(inputs):
        rest = 1
        for width in widths[c + 1 :]:
            rest *= width
        index += f" + {rest} * {name}"
    state = {"z": (label[start], f"{go}[{index}]")}
    return machine(" ".join(inputs), state, f"{say}[{index.replace('z', 'old(z)')}]")


def automaton(task: str, order: int) -> Machine:
    """The task's own finite machine with permuted labels."""
    found = load_task(task)
    return table_automaton(found.spec, list(found.domain.letters()), order)


def programs() -> Iterator[tuple[str, str, Machine]]:
    """Task, what is special about the program, and the program."""
    yield from stateless()
    yield from delays()
    yield from counters()
    yield from remainders()
    yield from dynamics()
    yield from automata()


def stateless() -> Iterator[tuple[str, str, Machine]]:
    bits = {"Xor": "x + w - 2 * x * w", "Or": "max(x, w)", "And": "min(x, w)"}
    for name, output in bits.items():
        yield f"Bitwise_{name}", "arithmetic", machine("x w", {}, output)
    yield "Bitwise_Xor", "comparison", machine("x w", {}, "1 if x != w else 0")
    yield "Bitwise_Xor", "remainder", machine("x w", {}, "(x + w) % 2")
    yield "Bitwise_Or", "comparison", machine("x w", {}, "1 if x + w > 0 else 0")
    yield "Bitwise_And", "comparison", machine("x w", {}, "(x + w) // 2")
    yield "Bitwise_Not", "comparison", machine("x", {}, "1 if x == 0 else 0")
    yield "Bitwise_Not", "bits", machine("x", {}, "x ^ 1")
    yield "Evens_Detector", "comparison", machine("x", {}, "1 if x % 2 == 0 else 0")
    yield "Evens_Detector", "table", machine("x", {}, "(1, 0, 1, 0, 1, 0, 1, 0, 1, 0)[x]")
    squares = tuple(int(x in (0, 1, 4, 9, 16)) for x in range(20))
    yield "Perfect_Square_Detector", "table", machine("x", {}, f"{squares}[x]")
    yield "Current_Number", "same", machine("x", {}, "x")
    yield "Current_Number", "kept", machine("x", {"z": (3, "2 * x + 1")}, "z // 2")
    yield "Abs_Current", "max", machine("x", {}, "max(x, -x)")
    yield "Abs_Current", "branch", machine("x", {}, "x if x > 0 else -x")


def delays() -> Iterator[tuple[str, str, Machine]]:
    for k in range(1, 6):
        yield f"Prev{k}", "delay line", window(k, f"old(d{k})")
        line = {"z1": (5, "5 - 2 * x")}
        line |= {f"z{i}": (5, f"z{i - 1}") for i in range(2, k + 1)}
        yield f"Prev{k}", "other basis", machine("x", line, f"(5 - old(z{k})) // 2")
    yield "Prev2", "one number", machine("x", {"z": (0, "z % 100 * 100 + x")}, "old(z) // 100")
    for k in range(2, 8):
        yield f"Sum_Last{k}", "delay line", window(k - 1, past(0, k - 1))
        yield f"Sum_Last{k}", "running sum", running_sum(k)
        yield f"Sum_Last{k}", "partial sums", partial_sums(k)
    for k in range(2, 5):
        yield f"Parity_Last{k}", "delay line", window(k - 1, f"({past(0, k - 1)}) % 2")
        yield (
            f"Parity_Last{k}",
            "one number",
            machine(
                "x",
                {"z": (0, f"(2 * z + x) % {2**k}")},
                " ^ ".join(f"z // {2**i} % 2" for i in range(k)),
            ),
        )
    yield "Bit_Shift_Right", "delay line", window(1, "old(d1)")
    yield "Bit_Shift_Right", "sign", machine("x", {"z": (-1, "2 * x - 1")}, "int(old(z) > 0)")
    yield "Previous_Equals_Current", "difference", window(1, "1 if x - old(d1) == 0 else 0")
    yield "Previous_Equals_Current", "clipped", window(1, "1 - min(1, abs(x - old(d1)))")
    yield "Diff_Last2", "delay line", window(1, "x - old(d1)")
    yield "Diff_Last2", "other basis", machine("x", {"z": (7, "7 - x")}, "x + old(z) - 7")
    yield "Abs_Diff", "max", window(1, "max(x - old(d1), old(d1) - x)")
    yield "Abs_Diff", "branch", window(1, "x - old(d1) if x > old(d1) else old(d1) - x")
    yield "Diff_Abs_Values", "kept", machine("x", {"a": (0, "abs(x)")}, "a - old(a)")
    yield "Diff_Abs_Values", "max", machine("x", {"z": (0, "x")}, "abs(x) - max(old(z), -old(z))")
    three = "1 if x != old(d1) and old(d1) != old(d2) else 0"
    yield "Alternating_Last3", "delay line", window(2, three)
    yield (
        "Alternating_Last3",
        "number",
        machine("x", {"z": (0, "(2 * z + x) % 8")}, "1 if z in (2, 5) else 0"),
    )
    yield (
        "Alternating_Last4",
        "number",
        machine("x", {"z": (0, "(2 * z + x) % 16")}, "int(z == 5 or z == 10)"),
    )
    yield (
        "Alternating_Last4",
        "run",
        machine("x", {"d": (0, "x"), "n": (0, "min(n + 1, 3) if x != d else 0")}, "int(n >= 3)"),
    )


def counters() -> Iterator[tuple[str, str, Machine]]:
    yield "Sum_All", "negated", machine("x", {"z": (12, "z - x")}, "12 - z")
    yield "Evens_Counter", "condition", machine("x", {"n": (0, "n + (x % 2 == 0)")}, "n")
    yield "Evens_Counter", "scaled", machine("x", {"z": (1, "z + 3 - 3 * (x % 2)")}, "z // 3")
    yield (
        "Evens_Counter",
        "table",
        machine("x", {"n": (-7, "n + (1, 0, 1, 0, 1, 0, 1, 0, 1, 0)[x]")}, "n + 7"),
    )
    yield "Parity_All", "xor", machine("x", {"p": (0, "p ^ x")}, "p")
    yield "Parity_All", "unbounded", machine("x", {"n": (0, "n + x")}, "n % 2")
    yield "Parity_All", "sign", machine("x", {"z": (1, "z - 2 * x * z")}, "int(z < 0)")
    yield "Parity_Zeros", "xor", machine("x", {"p": (1, "p ^ x ^ 1")}, "p ^ 1")
    yield "Parity_Zeros", "branch", machine("x", {"p": (0, "1 - p if x == 0 else p")}, "p")
    yield "Parity_Bits_Mod2", "clock", machine("x", {"t": (0, "t + 1")}, "(t + 1) % 2")
    yield "Parity_Bits_Mod2", "sign", machine("x", {"z": (1, "-z")}, "int(z > 0)")
    yield "Bit_Dot_Prod_Mod2", "xor", machine("x w", {"p": (0, "p ^ (x & w)")}, "p")
    yield "Bit_Dot_Prod_Mod2", "unbounded", machine("x w", {"n": (0, "n + x * w")}, "n % 2")
    yield (
        "Bit_Dot_Prod_Mod2",
        "branch",
        machine("x w", {"p": (0, "1 - p if x + w == 2 else p")}, "p"),
    )
    yield "Majority_0_1", "difference", machine("x", {"d": (0, "d + 2 * x - 1")}, "int(d > 0)")
    yield (
        "Majority_0_2",
        "differences",
        machine(
            "x",
            {"a": (0, "a + (x == 0) - (x == 1)"), "b": (0, "b + (x == 1) - (x == 2)")},
            "0 if a >= 0 and a + b >= 0 else 1 if b >= 0 else 2",
        ),
    )
    yield (
        "Majority_0_3",
        "differences",
        machine(
            "x",
            {
                "a": (0, "a + (x == 0) - (x == 1)"),
                "b": (0, "b + (x == 1) - (x == 2)"),
                "d": (0, "d + (x == 2) - (x == 3)"),
            },
            "0 if min(a, min(a + b, a + b + d)) >= 0 else 1 if min(b, b + d) >= 0 "
            "else 2 if d >= 0 else 3",
        ),
    )
    yield (
        "Majority_0_3",
        "length and counts",
        machine(
            "x",
            {
                "n": (0, "n + 1"),
                "c0": (0, "c0 + (x == 0)"),
                "c1": (0, "c1 + (x == 1)"),
                "c2": (0, "c2 + (x == 2)"),
            },
            "0 if c0 >= c1 and c0 >= c2 and c0 >= n - c0 - c1 - c2 "
            "else 1 if c1 >= c2 and c1 >= n - c0 - c1 - c2 else 2 if 2 * c2 + c0 + c1 >= n else 3",
        ),
    )
    yield "Min_Seen", "negated", machine("x", {"z": (0, "max(z, 9 - x)")}, "9 - z")
    yield "Min_Seen", "hinge", machine("x", {"m": (9, "m - max(0, m - x)")}, "m")
    yield (
        "Min_Seen",
        "flag",
        machine("x", {"first": (1, "0"), "m": (0, "x if first == 1 else min(m, x)")}, "m"),
    )
    yield "Max_Seen", "hinge", machine("x", {"m": (0, "m + max(0, x - m)")}, "m")
    yield "Max_Seen", "start", machine("x", {"m": (-1000, "max(m, x)")}, "m")
    yield (
        "Max_Seen",
        "flag",
        machine("x", {"first": (1, "0"), "m": (0, "x if first == 1 else max(m, x)")}, "m"),
    )
    yield "Max_Seen", "branch", machine("x", {"z": (5, "5 - x if 5 - z < x else z")}, "5 - z")
    yield (
        "Balanced_Parenthesis",
        "counter",
        machine("x", {"d": (0, "d + 1 - 2 * x if d >= 0 else -1")}, "int(d == 0)"),
    )
    yield (
        "Balanced_Parenthesis",
        "sticky counter",
        machine("x", {"d": (0, "d if d < 0 else d + 1 - 2 * x")}, "1 if d == 0 else 0"),
    )
    yield (
        "Balanced_Parenthesis",
        "lowest",
        machine(
            "x",
            {"d": (0, "d + 1 - 2 * x"), "m": (0, "min(m, d + 1 - 2 * x)")},
            "int(d == 0 and m >= 0)",
        ),
    )


def remainders() -> Iterator[tuple[str, str, Machine]]:
    for k in range(3, 9):
        yield f"Add_Mod_{k}", "unbounded", machine("x", {"s": (0, "s + x")}, f"s % {k}")
        yield (
            f"Add_Mod_{k}",
            "branch",
            machine("x", {"s": (0, f"s + x if s + x < {k} else s + x - {k}")}, "s"),
        )
        yield f"Add_Mod_{k}", "negated", machine("x", {"s": (3 * k, f"(s - x) % {k}")}, f"-s % {k}")
        yield f"Add_Mod_{k}", "table", automaton(f"Add_Mod_{k}", k - 1)
    yield "Dithering", "unbounded", machine("x", {"S": (0, "S + x")}, "S // 15 - old(S) // 15")
    yield (
        "Dithering",
        "branch",
        machine("x", {"r": (0, "r + x if r + x < 15 else r + x - 15")}, "int(old(r) + x >= 15)"),
    )
    yield (
        "Dithering",
        "two registers",
        machine("x", {"S": (0, "S + x"), "T": (0, "S")}, "S // 15 - T // 15"),
    )
    for k in (3, 5, 7):
        yield (
            f"Div_{k}",
            "branch",
            machine(
                "x",
                {"r": (0, f"2 * r + x - {k} * (2 * r + x >= {k})")},
                f"int(2 * old(r) + x >= {k})",
            ),
        )
        yield (
            f"Div_{k}",
            "other basis",
            machine("x", {"z": (4, f"(2 * z + x - 8) % {k} + 4")}, f"(2 * old(z) + x - 8) // {k}"),
        )
        yield f"Div_{k}", "table", automaton(f"Div_{k}", k - 2)
    for b in range(2, 8):
        name = "Binary_Addition" if b == 2 else f"Base_{b}_Addition"
        yield (
            name,
            "branch",
            machine(
                "x w",
                {"c": (0, f"1 if x + w + c >= {b} else 0")},
                f"x + w + old(c) - {b} * c",
            ),
        )
        yield (
            name,
            "digit kept",
            machine(
                "x w",
                {"c": (1, f"1 - (x + w + 1 - c) // {b}"), "y": (0, f"(x + w + 1 - c) % {b}")},
                "y",
            ),
        )
    yield (
        "Binary_Addition",
        "bits",
        machine("x w", {"c": (0, "x & w | c & (x ^ w)")}, "x ^ w ^ old(c)"),
    )
    yield (
        "Binary_Addition",
        "majority",
        machine("x w", {"c": (0, "int(x + w + c > 1)")}, "(x + w + old(c)) % 2"),
    )


def dynamics() -> Iterator[tuple[str, str, Machine]]:
    yield (
        "Newton_Freebody",
        "differences",
        machine("x", {"r": (0, "2 * r - q + x"), "q": (0, "r")}, "r"),
    )
    yield (
        "Newton_Gravity",
        "differences",
        machine("x", {"r": (0, "2 * r - q + x - 1"), "q": (0, "r")}, "r"),
    )
    yield (
        "Newton_Gravity",
        "other basis",
        machine("x", {"a": (64, "a + b - x - 56"), "b": (57, "b - x + 1")}, "64 - a"),
    )
    yield "Newton_Spring", "differences", machine("x", {"r": (0, "r - q + x"), "q": (0, "r")}, "r")
    yield (
        "Newton_Spring",
        "other basis",
        machine("x", {"a": (64, "a + b - x - 57"), "b": (57, "121 - a")}, "64 - a"),
    )
    yield (
        "Newton_Magnetic",
        "delayed",
        machine(
            "x w",
            {
                "v": (0, "v + x - u"),
                "u": (0, "u + w + v"),
                "p": (0, "p + v"),
                "q": (0, "q + u"),
            },
            "p + v",
            "q + u",
        ),
    )
    yield (
        "Newton_Magnetic",
        "sums",
        machine(
            "x w",
            {
                "m": (0, "m + x + w + k"),
                "k": (0, "x - w + k - m"),
                "s": (1, "s + m + x + w + k"),
                "d": (1, "d + x - w + k - m"),
            },
            "(s + d - 2) // 2",
            "(s - d) // 2",
        ),
    )


def automata() -> Iterator[tuple[str, str, Machine]]:
    yield (
        "Bit_Palindrome",
        "other basis",
        machine(
            "x",
            {"a": (-1, "2 * a - x + 1"), "b": (4, "b + q * x"), "q": (2, "2 * q")},
            "int(b == -2 * a + 2)",
        ),
    )
    yield (
        "Bit_Palindrome",
        "difference",
        machine(
            "x",
            {"f": (0, "2 * f + x"), "d": (0, "d + f + x - x * p"), "p": (1, "p + p")},
            "int(d == 0)",
        ),
    )
    for k in range(1, 8):
        yield f"Tomita_{k}", "permuted", automaton(f"Tomita_{k}", 1)
    yield "Tomita_1", "all ones", machine("x", {"a": (1, "a & x")}, "a")
    yield (
        "Tomita_4",
        "run",
        machine("x", {"n": (0, "3 if n == 3 else 0 if x == 1 else n + 1")}, "int(n < 3)"),
    )
    yield (
        "Tomita_5",
        "parities",
        machine("x", {"a": (0, "a ^ x"), "b": (0, "b ^ x ^ 1")}, "int(a + b == 0)"),
    )
    yield (
        "Tomita_5",
        "counters",
        machine("x", {"a": (0, "a + x"), "n": (0, "n + 1")}, "int(a % 2 == 0 and n % 2 == 0)"),
    )
    yield "Tomita_6", "counter", machine("x", {"d": (0, "d + 1 - 2 * x")}, "int(d % 3 == 0)")
    yield (
        "Tomita_7",
        "runs",
        machine(
            "x",
            {"n": (0, "min(4, n + (x != d))"), "d": (0, "x")},
            "int(n <= 3)",
        ),
    )
    for name in ("Parity_Last3", "Alternating_Last3", "Alternating_Last4", "Base_3_Addition"):
        yield name, "table", automaton(name, 1)


PAIRS = list(programs())


def _quick_first() -> Iterator[object]:
    seen = set()
    for task, kind, program in PAIRS:
        marks = [pytest.mark.slow] if task in seen else []
        seen.add(task)
        yield pytest.param(task, program, id=f"{task}-{kind}", marks=marks)


@pytest.mark.parametrize(("task", "program"), list(_quick_first()))
def test_right_programs_are_proved(task: str, program: Machine) -> None:
    found = load_task(task)
    verdict = equal(program, found.spec, found.domain)
    assert verdict.status is Status.PROVED, verdict


def test_every_task_of_the_benchmark_has_a_program_here() -> None:
    named = {t.name for suite in ("mips", "tomita") for t in load_tasks(suite=suite)}
    assert named == {task for task, _, _ in PAIRS}
