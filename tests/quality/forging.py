"""Ways to change a bundle as carefully as an attacker can: hashes and files are made anew."""

from __future__ import annotations

import hashlib
import json
import os
import py_compile
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.check.finding import Options
from mips_verify.check.recheck import read_bundle
from mips_verify.emit.targets import render_files
from mips_verify.kernel.certificate import certificate_from_dict
from mips_verify.network import weights
from mips_verify.network.network import Network
from mips_verify.pipeline.origin import made_from
from mips_verify.pipeline.theorem_files import ROCQ, repaired_by

PROOFS: Final = Path(__file__).parents[2] / "proofs"
OTHER: Final = "def program(xs):\n    return [0 for _ in xs]\n"
Edit = Callable[[dict[str, Any]], None]
Tell = Callable[[Path], None]


def forge(folder: Path, edit: Edit) -> None:
    """Change the certificate, and make all its files anew."""
    data = json.loads((folder / "certificate.json").read_text())
    edit(data)
    for name, text in render_files(certificate_from_dict(data)).items():
        (folder / name).write_text(text)

    fitting(folder)


def fitting(folder: Path) -> None:
    """Make the Rocq file of the network fit what else is there."""
    (folder / ROCQ).unlink(missing_ok=True)
    if text := read_bundle(folder, Options()).files.get(ROCQ):
        (folder / ROCQ).write_text(text)


def put(name: str, content: str | bytes = OTHER) -> Tell:
    """One file more, or one that is replaced."""

    def tell(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)

    return tell


def says(**changes: Any) -> Tell:
    """Other values of the certificate, and files that fit them."""
    return lambda folder: forge(folder, lambda data: data.update(changes))


def within(*keys: str | int, to: Any) -> Tell:
    """Another value somewhere inside the certificate, and files that fit it."""

    def edit(data: dict[str, Any]) -> None:
        place: Any = data
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return lambda folder: forge(folder, edit)


def raw(change: Callable[[bytes], bytes]) -> Tell:
    """Other bytes of the certificate, from which the same files come."""

    def tell(folder: Path) -> None:
        path = folder / "certificate.json"
        path.write_bytes(change(path.read_bytes()))

    return tell


def bytes_of_network(change: Callable[[bytes], bytes]) -> Tell:
    """Other bytes of the network's file, with their hash in the certificate."""

    def tell(folder: Path) -> None:
        path = folder / "network.safetensors"
        path.write_bytes(change(path.read_bytes()))
        forge(folder, lambda d: d.update(weights=hashlib.sha256(path.read_bytes()).hexdigest()))

    return tell


def network(
    change: Callable[[Network], Network] = lambda n: n, how: bool = True, **about: Any
) -> Tell:
    """Another network, or another header of it; certificate and files say the same."""

    def tell(folder: Path) -> None:
        path = folder / "network.safetensors"
        stored = weights.load(path)
        changed = change(stored.network)
        told = stored.about | about
        weights.save(path, changed, told)
        data = {"weights": hashlib.sha256(path.read_bytes()).hexdigest()}
        if how:
            data["how"] = made_from(told["engine"], changed.hidden, told["seed"])
            data["seed"] = told["seed"]
        forge(folder, lambda d: d.update(data))

    return tell


def network_of(task: str) -> Callable[[Network], Network]:
    return lambda _: weights.load(PROOFS / task / "network.safetensors").network


def scaled(factor: float) -> Callable[[Network], Network]:
    """The read-out times a factor: 0 gives a constant."""
    return lambda n: Network(n.f, tuple((w * factor, b * factor) for w, b in n.g), n.h0, n.channels)


def nudged(n: Network) -> Network:
    """The same network but for the last bit of the largest weight of its read-out."""
    (*inner, (weight, bias)) = n.g
    other = weight.copy()
    place = np.abs(other).argmax()
    other.flat[place] = np.nextafter(other.flat[place], np.inf)
    return Network(n.f, (*inner, (other, bias)), n.h0, n.channels)


def theorem_of(task: str) -> Tell:
    """The theorem of another bundle's network."""
    return put("network.json", (PROOFS / task / "network.json").read_bytes())


def copy_of(name: str, to: str) -> Tell:
    """A network with its theorem under another name."""

    def tell(folder: Path) -> None:
        for suffix in (".safetensors", ".json"):
            shutil.copy(folder / f"{name}{suffix}", folder / f"{to}{suffix}")

    return tell


def repaired_from(task: str, how: str) -> Tell:
    """Another task's network and theorem, in the words of a repaired one."""

    def tell(folder: Path) -> None:
        about = weights.load(folder / "network.safetensors").about
        about["engine"] = repaired_by(about["engine"], how)
        network = weights.load(PROOFS / task / "network.safetensors").network
        weights.save(folder / "repaired.safetensors", network, about)
        shutil.copy(PROOFS / task / "network.json", folder / "repaired.json")

    return tell


def random_network(n: Network) -> Network:
    rng = np.random.default_rng(0)
    f = tuple((rng.normal(size=w.shape), rng.normal(size=b.shape)) for w, b in n.f)
    return Network(f, n.g, n.h0, n.channels)


def two_outputs(n: Network) -> Network:
    (*inner, (w, b)) = n.g
    last = (np.concatenate([w, w]), np.concatenate([b, b]))
    return Network(n.f, (*inner, last), n.h0, n.channels)


def header(change: Callable[[dict[str, Any]], None], pad: bytes = b"") -> Callable[[bytes], bytes]:
    """Another header of a safetensors file."""

    def edit(data: bytes) -> bytes:
        (size,) = struct.unpack("<Q", data[:8])
        found = json.loads(data[8 : 8 + size])
        change(found)
        text = json.dumps(found, separators=(",", ":")).encode() + pad
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + data[8 + size :]

    return edit


def compiled(folder: Path) -> None:
    """Compiled code that Python takes for that of program.py: same time, same size."""
    source = folder / "program.py"
    kept, stat = source.read_bytes(), source.stat()
    source.write_text(OTHER.ljust(len(kept)))
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    py_compile.compile(str(source), doraise=True)
    source.write_bytes(kept)
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def renamed(name: str) -> Tell:
    """A bundle for a task of another name, consistent in itself."""

    def tell(folder: Path) -> None:
        forge(folder, lambda d: d.update(task=name))
        network(task=name)(folder)
        folder.rename(folder.with_name(name))

    return tell


def linked(name: str) -> Tell:
    """A file that lies elsewhere, where it may change later."""

    def tell(folder: Path) -> None:
        elsewhere = folder.parents[1] / f"{folder.parent.name}.{name}"
        (folder / name).rename(elsewhere)
        (folder / name).symlink_to(elsewhere)

    return tell


def alone(*names: str) -> Tell:
    """Only some files of the bundle remain, beside another bundle."""

    def tell(folder: Path) -> None:
        shutil.copytree(PROOFS / "Prev1", folder.with_name("Prev1"))
        for path in folder.iterdir():
            if path.name not in names:
                path.unlink()
        (folder / "program.py").write_text(OTHER)

    return tell


def two_names(folder: Path) -> None:
    folder.with_name("Sum_Last4").symlink_to(folder, target_is_directory=True)


def replaced(name: str, old: str, new: str) -> Tell:
    """One text for another in a file; the lie is the one word of it."""

    def tell(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text, old
        (folder / name).write_text(text.replace(old, new))

    return tell


def both(*parts: Tell) -> Tell:
    return lambda folder: [part(folder) for part in parts] and None
