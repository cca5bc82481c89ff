"""Files made to exhaust, to hang or to break a reader; each is written when it is asked for."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mips_verify.network.network import Network
from mips_verify.network.weights import save

Writer = Callable[[Path], object]
NINES = "9" * 5000


def text(content: str, encoding: str = "utf-8") -> Writer:
    return lambda path: path.write_bytes(content.encode(encoding))


def raw(content: bytes, times: int = 1) -> Writer:
    return lambda path: path.write_bytes(content * times)


def packed(path: Path, members: dict[str, bytes | tuple[bytes, int]], kind: int) -> None:
    """A zip file; of a pair, the second is a count of zeros behind the first."""
    with zipfile.ZipFile(path, "w", kind) as file:
        for name, content in members.items():
            data, zeros = content if isinstance(content, tuple) else (content, 0)
            with file.open(name, "w", force_zip64=True) as member:
                member.write(data)
                for _ in range(zeros // 2**20):
                    member.write(bytes(2**20))


def link(target: str) -> Writer:
    return lambda path: path.symlink_to(target or path)


# what any kind of file may be
KINDS: dict[str, Writer] = {
    "fifo": os.mkfifo,
    "zero": link("/dev/zero"),
    "full": link("/dev/full"),
    "tty": link("/dev/tty"),
    "loop": link(""),
    "dangling": link("/no/such/file"),
    "folder": Path.mkdir,
    "empty": raw(b""),
    "nul": raw(b"\0" * 5000),
    "noise": raw(np.random.default_rng(0).bytes(5000)),
    "utf16": raw("name = 'x'\n".encode("utf-16")),
    "large": raw(b"x = 1\n", 100 * 2**20 // 6),
}


def task(
    *, length: object = 8, given: str = "0..3", state: object = ("0", "(s + x) % 5"),
    output: str = "s", more: str = "", name: str = "T",
) -> Writer:  # fmt: skip
    """A task file that is good but for what is said."""
    pair = json.dumps(list(state)) if isinstance(state, tuple) else state
    return text(
        f'name = {json.dumps(name)}\nlength = {length}\n{more}\n[input]\nx = "{given}"\n'
        f"[state]\ns = {pair}\n[output]\ny = {json.dumps(output)}\n"
    )


def family(values: str, more: str = "") -> Writer:
    """A family of tasks."""
    return text(
        f'name = "T_{{k}}"\nlength = 8\n{more}\n[input]\nx = "0..3"\n[output]\ny = "x + {{k}}"\n'
        f"[family]\nk = {values}\n"
    )


TASKS: dict[str, Writer] = {
    "bomb": task(length=1000, state=("2", "*".join("s" * 8))),
    "bomb_slow": task(length=1000, state=("1", "s + s + x")),
    "bomb_wide": task(state=("2", "*".join("s" * 100))),
    "bomb_flat": task(state=("2", " * ".join(["s"] * 90)), output=" * ".join(["s"] * 90)),
    "length_digits": task(length=NINES),
    "length_infinite": task(length="1e400"),
    "length_nan": task(length="nan"),
    "length_huge": task(length=10**9),
    "length_list": task(length="[[8]]"),
    "range_digits": task(given=f"0..{NINES}"),
    "range_30": task(given=f"-{'9' * 30}..{'9' * 30}"),
    "range_63": task(given=f"0..{2**63}"),
    "range_62": task(given=f"0..{2**62}"),
    "number_30": task(output=f"s + {'9' * 30}"),
    "number_digits": task(output=f"s + {NINES}"),
    "number_hex": task(output=f"s + 0x{'f' * 5000}"),
    "start_30": task(state=("9" * 30, "s")),
    "table_30": task(output=f"(1, {'9' * 30})[s % 2]"),
    "set_30": task(output=f"int(x in (1, {'9' * 30}))"),
    "partial": task(output="(1, 2)[x]"),
    "partial_state": task(state=("0", "s ^ x")),
    "partial_late": task(length=20, state=("0", "s + 1"), output="(" + "1, " * 18 + "1)[s]"),
    "deep_parentheses": task(output="(" * 40_000 + "x" + ")" * 40_000),
    "deep_minus": task(output="-" * 90_000 + "x"),
    "deep_sum": task(output=" + ".join("x" * 20_000)),
    "deep_ifs": task(output="1 if x == 2 else " * 300 + "0"),
    "deep_nots": task(output=f"int({'not ' * 900}x == 1)"),
    "deep_limit": task(
        state=("0", "(" * 55 + "s" + " + x) % 7" * 55), output="(" * 55 + "s % 2" + " ^ s) % 2" * 55
    ),
    "wide_table": task(output=f"({', '.join('1' * 25_000)})[x]"),
    "wide_back": task(output=" + ".join(f"sumback(x, {k})" for k in range(1, 101))),
    "wide_unfolded": task(state=("0", f"min({', '.join('s' * 90)})"), output="+".join(["s"] * 99)),
    "long_text": task(output="x + 1 " * 150_000),
    "nested_arrays": text("a = " + "[" * 100_000),
    "nested_tables": text("a = " + "{a = " * 50_000),
    "nested_keys": text("[" + "a." * 100_000 + "a]\n"),
    "nested_state": task(state="[" * 300 + "]" * 300),
    "many_inputs": text(
        'name = "T"\nlength = 5\n[input]\n'
        + "".join(f'i{i} = "0..1"\n' for i in range(20_000))
        + '[output]\ny = "i0"\n'
    ),
    "many_states": text(
        'name = "T"\nlength = 5\n[input]\nx = "0..1"\n[state]\n'
        + "".join(f's{i} = ["0", "s{i} + x"]\n' for i in range(20_000))
        + '[output]\ny = "s1"\n'
    ),
    "family_many": family(str(list(range(100_000)))),
    "family_long": family(json.dumps(["9" * 500_000]), f'says = "{"{k}" * 100_000}"'),
    "family_heavy": family(str(list(range(150))), f'says = "{"x" * 500_000}"'),
    "family_digits": family(f"[{NINES}]"),
    "name_long": task(name="T" * 100_000),
    "name_control": task(name="T\n\x1b[31m"),
    "name_path": task(name="../../T"),
    "says_control": task(more='says = "a\\nb\\u001b[31m\\u0000"'),
    "surrogate": text('name = "\\ud800"\n'),
}


def rows(count: int, line: Callable[[int], str], header: str = "sequence,x,y") -> Writer:
    return lambda path: path.write_text("\n".join([header, *map(line, range(count))]))


def words(count: int, cell: str) -> Writer:
    """Sequences of four steps with a cell of one's own in each."""
    return rows(4 * count, lambda i: f"{i // 4},{cell if i % 4 == 0 else i % 3},{i % 2}")


def npz(**members: bytes | tuple[bytes, int]) -> Writer:
    named = {f"{name}.npy": data for name, data in members.items()}
    return lambda path: packed(path, named, zipfile.ZIP_DEFLATED)


def npy(shape: tuple[int, ...], data: bytes = b"", kind: str = "<i8") -> bytes:
    file = io.BytesIO()
    what = {"shape": shape, "fortran_order": False, "descr": kind}
    np.lib.format.write_array_header_1_0(file, what)
    return file.getvalue() + data


def one_label(path: Path) -> None:
    path.write_text('{"x": [0, 1, 1], "y": 1}\n{"x": [1, 1], "y": 0}\n' * 20)


CSV: dict[str, Writer] = {
    "million": rows(10**6, lambda i: f"{i // 9},{i % 3},{i % 3}"),
    "million_sequences": rows(10**6, lambda i: f"{i % 3} {i % 2},0 {i % 3}", "x,y"),
    "columns": rows(2, lambda i: ",".join("0" * 10**5), ",".join(f"c{i}" for i in range(10**5))),
    "one_sequence": rows(2, lambda i: f"{'0 ' * 10**6},{'0 ' * 10**6}", "x,y"),
    "one_cell": rows(2, lambda i: f'"{"x" * 3 * 10**7}",0', "x,y"),
    "digits": words(30, NINES),
    "digits_30": words(30, "9" * 30),
    "nan": words(30, "nan"),
    "infinite": words(30, "inf"),
    "exponent": words(30, "1e400"),
    "codes": rows(120, lambda i: f"{i // 4},{'0' * (i % 2)}{i % 3},{i % 2}"),
    "quote": text('sequence,x,y\n"0,1,1\n' * 30),
    "carriage": text("sequence,x,y\r0,1\r,1\r\n" * 30),
    "nul_cell": words(30, "\0"),
    "control": words(30, "\x1b[31m"),
    "index": rows(120, lambda i: f"7,{i // 4},{i % 3},{i % 2}", ",sequence,x,y"),
    "latin1": text("sequence,x,y\n0,ü,1\n" * 30, "latin-1"),
    "formula_names": rows(120, lambda i: f"{i // 4},1,1", "sequence,=cmd(),y"),
}
JSON_LINES: dict[str, Writer] = {
    "one_label": one_label,
    "nested": text('{"x": ' + "[" * 100_000),
    "nested_closed": text(('{"x": [' + "[" * 900 + "]" * 900 + '], "y": [1]}\n') * 30),
    "digits": text(f'{{"x": [{NINES}], "y": [1]}}\n' * 30),
    "infinite": text('{"x": [1e400, NaN], "y": [1, 1]}\n' * 30),
    "keys": text(json.dumps({f"c{i}": [0] for i in range(10**5)})),
    "long": text(json.dumps({"x": [0] * 10**6, "y": [0] * 10**6}) + "\n"),
    "million": text('{"x": [0, 1], "y": [1, 1]}\n' * 10**6),
    "surrogate": text('{"x": ["\\ud800", "b"], "y": [1, 1]}\n' * 30),
}
NPZ: dict[str, Writer] = {
    "bomb": npz(x=(npy((2**21, 64)), 2**30), y=(npy((2**21, 64)), 2**20)),
    "shape": npz(x=npy((2**40, 2**20)), y=npy((2**40, 2**20))),
    "shape_wraps": npz(x=npy((2**62, 4)), y=npy((2**62, 4))),
    "no_width": npz(x=npy((2**40, 5), kind="|U0"), y=npy((2**40, 5), kind="|U0")),
    "wide": npz(x=(npy((2, 2), kind="<U2097152"), 2**25), y=npy((2, 2), b"\0" * 32)),
    "objects": npz(x=npy((1,), pickle.dumps(os.system), "|O"), y=npy((1,), b"\0" * 8)),
    "cells": npz(x=npy((3000, 1000), b"\0" * 3 * 10**6, "|i1"), y=npy((3000, 1000), b"\0")),
    "infinite": npz(
        x=npy((30, 4), np.full(120, np.inf).tobytes(), "<f8"), y=npy((30, 4), b"\0" * 960)
    ),
}


def linear(scale: float, hidden: int = 2, *, start: float = 0.0) -> Writer:
    """A network that multiplies its state."""

    def write(path: Path) -> None:
        f = ((np.hstack([np.eye(hidden) * scale, np.ones((hidden, 1))]), np.zeros(hidden)),)
        g = ((np.ones((1, hidden)), np.zeros(1)),)
        save(path, Network(f, g, np.full(hidden, start), 1))

    return write


def large_network(path: Path) -> None:
    rng = np.random.default_rng(0)
    f = ((rng.normal(size=(500, 501)) / 25, rng.normal(size=500)),)
    save(path, Network(f, ((rng.normal(size=(1, 500)), np.zeros(1)),), np.zeros(500), 1))


def tensors(header: object, data: bytes = b"", size: int | None = None) -> Writer:
    """A safetensors file with a header of one's own."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return raw(struct.pack("<Q", len(content) if size is None else size) + content + data)


ONE = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}
SAFETENSORS: dict[str, Writer] = {
    "grows": linear(1e200),
    "grows_slowly": linear(40.0),
    "huge_weights": linear(1e308, start=1e308),
    "hidden_500": large_network,
    "header_huge": tensors({}, size=2**62),
    "header_nested": tensors(b"[" * 10**6),
    "shape_huge": tensors({"h0": {**ONE, "shape": [2**40, 2**20]}}, b"\0" * 8),
    "offsets": tensors({"h0": {**ONE, "data_offsets": [0, 2**60]}}, b"\0" * 8),
    "other_kind": tensors({"h0": {**ONE, "dtype": "C64"}}, b"\0" * 8),
    "nan": tensors({"__metadata__": {"mips_verify": "{}"}, "h0": ONE}, struct.pack("<d", np.nan)),
    "json_nested": tensors({"__metadata__": {"mips_verify": "[" * 10**5}, "h0": ONE}, b"\0" * 8),
    "json_digits": tensors(
        {"__metadata__": {"mips_verify": '{"format": ' + NINES + "}"}, "h0": ONE}, b"\0" * 8
    ),
}


def zipped(*, stored: bool, **members: bytes | tuple[bytes, int]) -> Writer:
    """A file as torch writes it, with members of one's own."""
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    named = {
        f"archive/{name.replace('__', '/').replace('_', '.')}": data
        for name, data in {"version": b"3\n", **members}.items()
    }
    return lambda path: packed(path, named, kind)


def saved(**tensors: Callable[[object], object]) -> Writer:
    """What torch saves of a state dict; torch is loaded when it is needed."""

    def write(path: Path) -> None:
        import torch

        torch.save({name: make(torch) for name, make in tensors.items()}, path)

    return write


class Runs:
    """A pickle that runs a command."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch hacked",)


PT: dict[str, Writer] = {
    "stride_0": saved(w=lambda t: t.zeros(1).expand(30_000, 30_000)),
    "stride_0_wraps": saved(w=lambda t: t.zeros(1).expand(2**31, 2**31)),
    "complex": saved(w=lambda t: t.zeros(3, 3, dtype=t.complex64)),
    "sparse": saved(w=lambda t: t.sparse_coo_tensor([[0], [0]], [1.0], (10**6, 10**6))),
    "meta": saved(w=lambda t: t.zeros(10**6, 10**6, device="meta")),
    "nan": saved(w=lambda t: t.full((3,), float("nan"))),
    "nested": saved(w=lambda t: [t.zeros(1)]),
    "bomb": zipped(stored=False, data_pkl=pickle.dumps({}), data__0=(b"", 3 * 2**29)),
    "bomb_pickle": zipped(stored=False, data_pkl=(b"\x80\x02", 2**26)),
    "code": zipped(stored=True, data_pkl=pickle.dumps(Runs())),
    "code_plain": raw(pickle.dumps(Runs())),
    "opcodes": zipped(stored=True, data_pkl=b"\x80\x02" + b"]" * 10**6 + b"."),
    "long_number": raw(b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"\xff" * 1000),
    "recursive": raw(b"\x80\x02" + b"(" * 10**6),
}
