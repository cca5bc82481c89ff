"""Weight files: what is written is read back, and nothing else is believed."""

import json
import os
import pickle
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save as to_bytes

from mips_verify.errors import MipsVerifyError
from mips_verify.network.network import Network
from mips_verify.network.weights import WeightFileError, load, save


def network(hidden=2, channels=1, f=(3,), g=(), outputs=1, seed=0):
    rng = np.random.default_rng(seed)

    def layers(sizes):
        return tuple(
            (rng.standard_normal((b, a)), rng.standard_normal(b)) for a, b in pairwise(sizes)
        )

    return Network(
        layers((hidden + channels, *f, hidden)),
        layers((hidden, *g, outputs)),
        rng.standard_normal(hidden),
        channels,
    )


def tensors(of):
    parts = {"h0": of.h0}
    for name, layers in (("f", of.f), ("g", of.g)):
        for i, (weight, bias) in enumerate(layers):
            parts |= {f"{name}.{i}.weight": weight, f"{name}.{i}.bias": bias}
    return parts


def header(of, **changes):
    return {
        "format": 1, "channels": of.channels, "hidden": of.hidden, "about": {},
        "f": [list(w.shape) for w, _ in of.f], "g": [list(w.shape) for w, _ in of.g],
    } | changes  # fmt: skip


def write(path, parts, head):
    text = head if isinstance(head, str) else json.dumps(head)
    path.write_bytes(to_bytes(parts, metadata={"mips_verify": text}))
    return path


WIDTHS = st.lists(st.integers(1, 4), max_size=2).map(tuple)


@given(st.integers(1, 3), st.integers(1, 2), WIDTHS, WIDTHS, st.integers(1, 2))
def test_every_weight_comes_back_bit_by_bit(tmp_path_factory, hidden, channels, f, g, outputs):
    path = tmp_path_factory.mktemp("weights") / "a.safetensors"
    written = network(hidden, channels, f, g, outputs)
    save(path, written, {"engine": "é", "seed": 7})
    stored = load(path)
    assert stored.about == {"engine": "é", "seed": 7}
    assert stored.network.channels == channels
    mine, theirs = tensors(written), tensors(stored.network)
    assert mine.keys() == theirs.keys()
    assert all(np.array_equal(mine[k], theirs[k]) for k in mine)


def test_the_same_network_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save(tmp_path / name, network(), {"b": 1, "a": 2})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    save(path, network(seed=1))
    before = path.read_bytes()

    def full(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MipsVerifyError, match="disk full"):
        save(path, network(seed=2))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.safetensors"]


class Bomb:
    def __reduce__(self):
        return (os.mkdir, ("exploded",))


def test_a_pickle_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(WeightFileError, match="not a readable safetensors file"):
        load(path)
    assert not (tmp_path / "exploded").exists()


@given(st.data())
def test_a_damaged_file_is_refused_or_holds_the_same_sizes(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("weights") / "a.safetensors"
    save(path, network())
    content = bytearray(path.read_bytes())
    cut = data.draw(st.integers(0, len(content)), label="cut")
    at = data.draw(st.integers(0, len(content) - 1), label="at")
    content[at] ^= data.draw(st.integers(1, 255), label="flip")
    path.write_bytes(bytes(content[:cut]) if data.draw(st.booleans()) else bytes(content))
    try:
        stored = load(path)
    except WeightFileError:
        return  # one sentence for the user; anything else fails this test
    assert stored.network.hidden == 2
    assert all(np.isfinite(v).all() for v in tensors(stored.network).values())


GOOD = network()
BAD_HEADERS = {
    "is not of weight file format": [header(GOOD, format=2), "[1]", header(GOOD, format=None)],
    "is not JSON": ["{", "[" * 50_000, "nul"],
    "lacks the sizes": [
        header(GOOD, f=[]), header(GOOD, f=3), header(GOOD, hidden=-1), header(GOOD, g=[[1, 0]]),
        header(GOOD, channels=1e9), header(GOOD, f=[["a", 1]]),
    ],
    "lacks the field 'about'": [header(GOOD, about=[])],
    "lacks the tensors g.1.bias, g.1.weight": [header(GOOD, g=[[1, 2], [1, 1]])],
    "the header says": [header(GOOD, g=[[2, 1]])],
    "not the header's": [header(GOOD, hidden=3)],
    "holds no network": [header(GOOD, channels=2)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "head"), [(m, h) for m, heads in BAD_HEADERS.items() for h in heads]
)
def test_a_header_that_does_not_fit_is_refused(tmp_path, message, head):
    path = write(tmp_path / "a.safetensors", tensors(GOOD), head)
    with pytest.raises(WeightFileError, match=message):
        load(path)


def test_weights_that_are_not_finite_are_refused(tmp_path):
    for value in (np.nan, np.inf):
        parts = tensors(GOOD) | {"h0": np.array([0.0, value])}
        with pytest.raises(WeightFileError, match="h0 holds a value that is not finite"):
            load(write(tmp_path / "a.safetensors", parts, header(GOOD)))


def test_weights_that_are_no_floats_are_refused(tmp_path):
    parts = tensors(GOOD) | {"h0": np.zeros(2, dtype=np.int64)}
    with pytest.raises(WeightFileError, match="h0 is int64"):
        load(write(tmp_path / "a.safetensors", parts, header(GOOD)))


def test_a_tensor_too_many_is_refused(tmp_path):
    parts = tensors(GOOD) | {"f.9.weight": np.zeros(1)}
    with pytest.raises(WeightFileError, match=r"f\.9\.weight"):
        load(write(tmp_path / "a.safetensors", parts, header(GOOD)))


def test_another_tools_file_and_a_missing_file_are_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    with pytest.raises(WeightFileError, match="No such file"):
        load(path)
    path.write_bytes(to_bytes(tensors(GOOD)))
    with pytest.raises(WeightFileError, match="was not written by mips-verify"):
        load(path)


def test_reading_weights_needs_no_torch():
    code = (
        "import sys, mips_verify.network.weights, mips_verify.network.network; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
