"""Weight files read without numpy: the same network as the package's, or a refusal."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network
from mips_verify.network.torch_modules import module_bytes
from mips_verify.network.weights import network_bytes, to_bytes
from mips_verify.network_kernel import exact_network
from mips_verify.network_kernel.exact_network import (
    CELLS,
    ExactNetwork,
    fingerprint,
    network_from_bytes,
)
from mips_verify.network_kernel.weight_bytes import (
    HEADER_BYTES,
    Tensor,
    WeightBytesError,
    read_weights,
)
from tests.network_kernel_tools import (
    BITS,
    Doubles,
    answer,
    any_network,
    package_network,
    plain_networks,
    torch_networks,
)

WORDS = st.lists(st.integers(0, 1), min_size=1, max_size=5)
ODD = st.floats(allow_nan=False, allow_infinity=False)


def written(network):
    made = package_network(network)
    return network_bytes(made) if network.f else module_bytes(made, 10)


@given(st.one_of(any_network(), plain_networks(ODD), torch_networks("gru", ODD)))
def test_a_written_network_is_read_as_it_was(network):
    found = network_from_bytes(written(network))
    assert found == network
    assert list(map(str, found.numbers)) == list(map(str, network.numbers))  # also the sign of 0
    assert fingerprint(found) == fingerprint(network)


@given(plain_networks(), WORDS)
def test_a_plain_network_gives_what_the_packages_gives(network, word):
    gives_the_same(network, word)


@pytest.mark.parametrize("cell", CELLS)
def test_a_module_gives_what_the_packages_gives(cell):
    @given(torch_networks(cell), WORDS)
    def check(network, word):
        gives_the_same(network, word)

    check()


def gives_the_same(network, word):
    made = package_network(network)
    letters = [(x,) * network.channels for x in word]
    states, outputs = made.run(np.array([letters]))
    numbers = Doubles("plain")
    h = list(network.start)
    for t, letter in enumerate(letters):
        h = network.step(numbers, h, list(map(float, network.inputs(letter))))
        scale = max(1.0, np.abs(states).max())
        assert np.allclose(h, states[0, t + 1], atol=1e-9 * scale, rtol=0)
        h = states[0, t + 1].tolist()
        scores = network.scores(numbers, h)
        if network.values:
            top = sorted(scores)
            clear = len(top) == 1 or top[-1] - top[-2] > 1e-9 * max(1, abs(top[-1]))
        else:
            clear = all(abs(abs(s % 1) - 0.5) > 1e-9 * max(1, abs(s)) for s in scores)
        assert not clear or answer(network, scores) == tuple(outputs[0, t].tolist())
    assert network.outputs == made.outputs


@given(any_network(), any_network())
def test_fingerprints_differ_where_networks_do(a, b):
    assert (fingerprint(a) == fingerprint(b)) == (
        a == b and list(map(str, a.numbers)) == list(map(str, b.numbers))
    )


@pytest.mark.parametrize("cell", CELLS)
def test_a_fingerprint_says_what_the_weights_mean(cell):
    @given(torch_networks(cell, argmax=True, one_hot=True))
    def check(network):
        every = {fingerprint(network)}
        others = [
            replace(network, values=(*network.values[1:], 99)),
            replace(network, domain=Domain(("x",), (1,), (2,))),
            replace(network, domain=Domain(("x",), (0,), (2,))),
            replace(network, domain=None),
            replace(network, channels=2),
            replace(network, start=(*network.start[1:], network.start[0] + 99.0)),
            replace(network, layers=tuple(replace(x, cell="other") for x in network.layers)),
            replace(network, g=()),
        ]
        assert len(every | set(map(fingerprint, others))) == 9

    check()


def test_the_fingerprint_of_a_network():
    assert fingerprint(network_from_bytes(plain_bytes())) == (
        "2652c0328c850b11b3f366e419cb00efb308ad21d44dc1ea7a779d3479ff45ac"
    )


def test_one_hot_letters_have_a_column_for_each_value():
    two = Domain(("a", "b"), (-1, 5), (1, 6))
    network = ExactNetwork((0.0,), (), (), (), (), two, 2)
    assert network.inputs((0, 6)) == [0, 1, 0, 0, 1]
    assert all(type(v) is float for v in network.inputs((0, 6)))
    assert replace(network, domain=None).inputs((3, -4)) == [3.0, -4.0]
    for letter in ((2**53 + 1, 0), (0, -(2**53) - 1)):
        with pytest.raises(ValueError, match=r"^the letter \(.*\) goes beyond 2\*\*53$"):
            replace(network, domain=None).inputs(letter)
    assert replace(network, domain=None).inputs((2**53, -(2**53))) == [2.0**53, -(2.0**53)]


UNFIT = "has tensors that do not fit together"
PLACE = "has a tensor 'f.0.weight' that is not float64, or is out of place"


# --- hostile bytes -------------------------------------------------------------------------------
F = [
    (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, 0.25])),
    (np.array([[1.0, -1.0]]), np.array([0.0])),
]
G = [(np.array([[2.0]]), np.array([0.125]))]
PLAIN = Network(tuple(F), tuple(G), np.array([0.75]), 1)


def pack(tensors, about, gap=b"", tail=b"", kind="F64"):
    """The bytes of a file with any header and tensors."""
    header, body = {"__metadata__": {"mips_verify": about}}, b""
    for name, (shape, numbers) in tensors.items():
        data = struct.pack(f"<{len(numbers)}d", *numbers)
        header[name] = {
            "dtype": kind,
            "shape": shape,
            "data_offsets": [len(body), len(body + data)],
        }
        body += data + gap
    return with_header(json.dumps(header, separators=(",", ":"), ensure_ascii=False), body + tail)


def with_header(text, body):
    text = text.encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + body


def described(**header):
    return json.dumps({"about": {}, "format": 1, **header}, sort_keys=True)


def plain_parts(**changes):
    """Tensors and header of a plain network, with changes of either."""
    tensors = {}
    for name, layers in (("f", F), ("g", G)):
        for i, (weight, bias) in enumerate(layers):
            tensors[f"{name}.{i}.weight"] = (list(weight.shape), weight.ravel().tolist())
            tensors[f"{name}.{i}.bias"] = (list(bias.shape), bias.tolist())
    tensors["h0"] = ([1], [0.75])
    header = {"channels": 1, "hidden": 1, "f": [[2, 2], [1, 2]], "g": [[1, 1]]}
    for name, value in changes.items():
        name = name.replace("__", ".")
        (tensors if name in tensors or isinstance(value, tuple) else header)[name] = value
    return {n: v for n, v in tensors.items() if v}, header


def plain_bytes(**changes):
    tensors, header = plain_parts(**changes)
    return pack(tensors, described(**header))


def gru_bytes(**changes):
    """A gated unit with three scores of two values."""
    tensors = {
        "weight_ih_l0": ([3, 1], [1.0] * 3), "weight_hh_l0": ([3, 1], [2.0] * 3),
        "bias_ih_l0": ([3], [0.0] * 3), "bias_hh_l0": ([3], [0.5] * 3),
        "readout.weight": ([2, 1], [1.0, -1.0]), "readout.bias": ([2], [0.0, 0.0]),
        "start": ([1], [0.0]),
    }  # fmt: skip
    header = {"cell": "gru", "layers": 1, "inputs": {"x": [0, 1]}, "order": ["x"], "length": 5,
              "reads": "numbers", "gives": "argmax", "values": [0, 1]}  # fmt: skip
    for name, value in changes.items():
        name = name.replace("__", ".")
        (tensors if name in tensors or isinstance(value, tuple) else header)[name] = value
    return pack({n: v for n, v in tensors.items() if v}, described(**header))


def test_a_file_made_by_hand_is_read():
    assert network_from_bytes(plain_bytes()) == network_from_bytes(network_bytes(PLAIN))
    network = network_from_bytes(gru_bytes())
    assert network.values == (0, 1)
    assert network.domain is None
    assert network.layers[0].hidden == network.layers[0].state == 1
    one_hot = gru_bytes(reads="one-hot", weight_ih_l0=([3, 2], [1.0] * 6))
    assert network_from_bytes(one_hot).domain == BITS
    assert network_from_bytes(gru_bytes(gives="round")).values == ()
    assert network_from_bytes(gru_bytes(gives="round", values=[5])).outputs == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "is of another format"),
        ({"format": True}, "is of another format"),
        ({"format": 1.0}, "is of another format"),
        ({"channels": 2}, UNFIT),
        ({"channels": 0, "f__0__weight": ([2, 1], [1.0, 2.0])}, UNFIT),
        ({"channels": True}, "has tensors that its header does not name"),
        ({"channels": 1.0}, "has tensors that its header does not name"),
        ({"f": []}, "does not say how many layers it has"),
        ({"g": {"a": 1}}, "does not say how many layers it has"),
        ({"f": {}}, "does not say how many layers it has"),
        ({"g": [[1, 1]] * 65}, "does not say how many layers it has"),
        ({"g": [[1, 1]] * 64}, "holds no network: KeyError('g.1.weight')"),
        ({"f": [[2, 2]]}, "has tensors that its header does not name"),
        ({"more": ([1], [0.0])}, "has tensors that its header does not name"),
        ({"h0": ([1, 1], [0.0])}, "has a tensor with 2 axes where a vector belongs"),
        ({"h0": ([2], [0.0, 0.0])}, UNFIT),
        ({"f__0__bias": ([2, 1], [0.0, 0.0])}, "has a tensor with 2 axes where a vector belongs"),
        ({"f__0__bias": ([1], [0.0])}, "has tensors f.0.weight and f.0.bias of different heights"),
        ({"f__0__weight": ([4], [1.0] * 4)}, "has a tensor with 1 axes where a matrix belongs"),
        ({"f__0__weight": ([1, 2, 2], [1.0] * 4)},
         "has a tensor with 3 axes where a matrix belongs"),
        ({"f__1__weight": ([1, 1], [1.0])}, UNFIT),
        ({"f__1__weight": ([2, 2], [1.0] * 4), "f__1__bias": ([2], [0.0] * 2)},
         UNFIT),
        ({"g__0__weight": ([1, 2], [1.0, 2.0])}, UNFIT),
        ({"h0": ()}, "has tensors that its header does not name"),
    ],
)  # fmt: skip
def test_a_plain_network_that_does_not_fit_is_refused(changes, message):
    with pytest.raises(WeightBytesError) as caught:
        network_from_bytes(plain_bytes(**changes))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cell": "elman"}, "does not say how many layers it has, or of which kind"),
        ({"cell": ["gru"]}, 'holds no network: TypeError("unhashable type: \'list\'")'),
        ({"layers": 2}, "has tensors that its header does not name"),
        ({"layers": 0}, "does not say how many layers it has, or of which kind"),
        ({"layers": 65}, "does not say how many layers it has, or of which kind"),
        ({"layers": 64}, "has tensors that its header does not name"),
        ({"layers": True}, "does not say how many layers it has, or of which kind"),
        ({"cell": "rnn_relu"}, UNFIT),
        ({"cell": "lstm"}, UNFIT),
        ({"reads": "pairs"}, "encodes inputs or outputs in an unknown way"),
        ({"gives": "sum"}, "encodes inputs or outputs in an unknown way"),
        ({"reads": "one-hot"}, UNFIT),
        ({"reads": "one-hot", "inputs": {"x": [0, 10**30]}}, UNFIT),
        ({"values": [0]}, "does not have one value for each score"),
        ({"values": [0, 1, 2]}, "does not have one value for each score"),
        ({"values": [0, 1.0]}, "does not have one value for each score"),
        ({"values": [0, True]}, "does not have one value for each score"),
        ({"values": None}, None),
        ({"order": []}, None),
        ({"order": ["y"]}, "holds no network: KeyError('y')"),
        ({"order": 5}, None),
        ({"inputs": {"x": []}}, None),
        ({"inputs": {"x": [0]}}, None),
        ({"inputs": {"x": [0, 1, 2]}}, None),
        ({"inputs": {"x": [1, 0]}}, None),
        ({"inputs": {"x": [0, 1.5]}}, None),
        ({"inputs": {"x": "01"}}, None),
        ({"inputs": {"x": 5}}, None),
        ({"order": ["x", "x"]}, None),
        ({"order": ["x", "y"], "inputs": {"x": [0, 1], "y": [0, 1]}}, UNFIT),
        ({"start": ([2], [0.0] * 2)}, UNFIT),
        ({"start": ([1, 1], [0.0])}, "has a tensor with 2 axes where a vector belongs"),
        ({"weight_hh_l0": ([3, 2], [0.0] * 6)}, UNFIT),
        ({"weight_ih_l0": ([3, 2], [0.0] * 6)}, UNFIT),
        ({"weight_hh_l0": ([4, 1], [0.0] * 4), "bias_hh_l0": ([4], [0.0] * 4)}, UNFIT),
        ({"weight_hh_l0": ([2, 1], [0.0] * 2), "bias_hh_l0": ([2], [0.0] * 2)}, UNFIT),
        ({"weight_ih_l0": ([4, 1], [0.0] * 4), "bias_ih_l0": ([4], [0.0] * 4)}, UNFIT),
        ({"weight_ih_l0": ([2, 1], [0.0] * 2), "bias_ih_l0": ([2], [0.0] * 2)}, UNFIT),
        ({"readout__weight": ([2, 2], [0.0] * 4)}, UNFIT),
        ({"readout__bias": ([1], [0.0])},
         "has tensors readout.weight and readout.bias of different heights"),
    ],
)  # fmt: skip
def test_a_module_that_does_not_fit_is_refused(changes, message):
    with pytest.raises(WeightBytesError) as caught:
        network_from_bytes(gru_bytes(**changes))
    assert message in (None, str(caught.value))
    assert message or str(caught.value).startswith("holds no network: ")


def test_fitting_is_true_or_false():
    plain, gated = network_from_bytes(plain_bytes()), network_from_bytes(gru_bytes())
    (layer,) = gated.layers
    assert exact_network._fits(plain) is exact_network._fits(gated) is True
    for wrong in (
        replace(plain, channels=0),
        replace(plain, channels=2),
        replace(plain, start=(0.0, 0.0)),
        replace(plain, g=plain.f),
        replace(gated, channels=2),
        replace(gated, domain=Domain(("x",), (1,), (2,))),
        replace(gated, layers=(replace(layer, from_x=layer.from_h), replace(layer, cell="lstm"))),
        replace(gated, layers=(replace(layer, from_h=plain.f[0]),)),
        replace(gated, start=(0.0, 0.0)),
    ):
        assert exact_network._fits(wrong) is False
    shifted = gru_bytes(reads="one-hot", inputs={"x": [4, 5]}, weight_ih_l0=([3, 2], [1.0] * 6))
    assert network_from_bytes(shifted).domain == Domain(("x",), (4,), (5,))
    two = {"x": [4, 5], "y": [-1, 1]}
    shifted = gru_bytes(reads="one-hot", inputs=two, order=["y", "x"],
                        weight_ih_l0=([3, 5], [1.0] * 15))  # fmt: skip
    assert network_from_bytes(shifted).domain == Domain(("y", "x"), (-1, 4), (1, 5))


def whole():
    """A small file, taken apart."""
    data = plain_bytes()
    size = int.from_bytes(data[:8], "little")
    return data[8 : 8 + size].decode(), data[8 + size :]


NO_HEADER = "is not a file of weights: it has no safetensors header"
NOT_JSON = "has a header that is not a JSON object"
NOT_WRITTEN = "has a header that safetensors does not write"
NOT_OURS = "was not written by mips-verify: its metadata are not those that it writes"


def replaced(old, new, times=1):
    text, body = whole()
    assert old in text
    return with_header(text.replace(old, new, times).rstrip(), body)


def hostile():
    text, body = whole()
    data = plain_bytes()
    deep = "[" * 30_000 + "]" * 30_000
    yield b"", NO_HEADER
    yield data[:8], NO_HEADER
    yield bytes(8) + body, NO_HEADER
    yield (HEADER_BYTES + 1).to_bytes(8, "little") + b" " * 100_000, NO_HEADER
    yield HEADER_BYTES.to_bytes(8, "little") + b" " * HEADER_BYTES, NOT_JSON
    yield (len(data) - 7).to_bytes(8, "little") + data[8:], NO_HEADER
    unsorted = '{"__metadata__":{"mips_verify":"{\\"format\\": 1, \\"about\\": {}}"}}'
    yield with_header(unsorted, b""), NOT_OURS
    yield with_header("[]", b""), NOT_JSON
    yield (1).to_bytes(8, "little") + b"5", NOT_JSON
    yield with_header(deep, b""), NOT_JSON
    yield with_header('{"a":' + "1" * 5000 + "}", b""), NOT_JSON
    yield with_header("\u00e9", b""), NOT_JSON
    yield with_header("{}", b""), NOT_OURS
    yield with_header('{"__metadata__":[]}', b""), NOT_OURS
    yield with_header('{"__metadata__":{"mips_verify":5}}', b""), NOT_OURS
    yield with_header('{"__metadata__":{"mips_verify":"5"}}', b""), NOT_JSON
    yield with_header('{"__metadata__":{"mips_verify":"{}"}}', b""), NOT_OURS
    yield with_header('{"__metadata__":{"mips_verify":"{\\"about\\": 5}"}}', b""), NOT_OURS
    yield replaced('{"mips_verify"', '{"other":"","mips_verify"'), NOT_OURS
    yield replaced('\\"about\\": {}', '\\"about\\":  {}'), NOT_OURS
    yield replaced('\\"about\\": {}', '\\"about\\": {}, \\"about\\": {}'), NOT_OURS
    yield replaced('\\"about\\": {}', '\\"about\\": []'), NOT_OURS
    yield replaced('"dtype":', '"dtype": '), NOT_WRITTEN
    yield replaced('"dtype":"F64",', '"dtype":"F32","dtype":"F64",'), NOT_WRITTEN
    yield with_header(text.rstrip() + " " * 8, body), NOT_WRITTEN
    yield with_header("\t" + text.rstrip(), body), NOT_WRITTEN
    yield (
        replaced('"F64"', '"F32"'),
        PLACE,
    )
    yield (
        replaced("[0,32]", "[8,40]"),
        PLACE,
    )
    yield (
        replaced("[0,32]", "[0,40]"),
        PLACE,
    )
    yield (
        replaced('"dtype":"F64",', '"dtype":"F64","more":1,'),
        PLACE,
    )
    for shape in ("[2,2.0]", "[-2,-2]", "[0,2]", "4", "[true,4]", "null"):
        yield (
            replaced('"shape":[2,2]', f'"shape":{shape}'),
            "has a tensor 'f.0.weight' without a shape",
        )
    yield replaced('"h0":{', '"h0":[{').replace(b"]}}", b"]}]}"), None
    yield data[:-1], "ends before its numbers do"
    yield data[:-8], "ends before its numbers do"
    yield data + b"\0", "holds bytes after its numbers"
    yield (
        with_header('{"__metadata__":{"mips_verify":"{\\"about\\": {}}"}}', b"1"),
        "holds bytes after its numbers",
    )
    big = (
        '{"__metadata__":{"mips_verify":"{\\"about\\": {}}"},"a":{"dtype":"F64",'
        '"shape":[1000000000000],"data_offsets":[0,8000000000000]}}'
    )
    yield with_header(big, b""), "ends before its numbers do"
    for bad in (float("nan"), float("inf"), -float("inf")):
        yield plain_bytes(h0=([1], [bad])), "has a number in tensor 'h0' that is not finite"
    tensors, header = plain_parts()
    yield pack(tensors, described(**header), gap=bytes(8)), None
    yield (
        pack(tensors, described(**header), kind="F32"),
        PLACE,
    )


@pytest.mark.parametrize(("data", "message"), list(hostile()))
def test_hostile_bytes_are_refused(data, message):
    with pytest.raises(WeightBytesError) as caught:
        network_from_bytes(data)
    assert message in (None, str(caught.value))


def test_a_header_of_the_largest_size_is_read():
    assert HEADER_BYTES == 65_536
    tensors, header = plain_parts()
    empty = len(pack(tensors, described(**header, notes=""))) - 8 * 11
    note = "x" * (HEADER_BYTES + 8 - empty)
    data = pack(tensors, described(**header, notes=note))
    assert int.from_bytes(data[:8], "little") in (HEADER_BYTES, HEADER_BYTES - 8, HEADER_BYTES + 8)


@pytest.mark.parametrize("depth", [*range(100, 1000, 50), *range(900, 1000)])
def test_deep_headers_are_refused_or_read(depth):
    """Reading may go deeper than writing, which must not end in another error."""
    about = '{"about": {"a": ' + "[" * depth + "]" * depth + '}, "format": 1}'
    inner = json.dumps(about)
    with pytest.raises(WeightBytesError):
        network_from_bytes(with_header('{"__metadata__":{"mips_verify":' + inner + "}}", b""))


def test_a_lone_surrogate_is_refused():
    with pytest.raises(WeightBytesError, match=r"^holds no network: UnicodeEncodeError"):
        network_from_bytes(with_header('{"a":"\\ud800"}', b""))


@given(st.binary(max_size=200), st.data())
def test_bytes_that_are_changed_anywhere_are_refused_or_mean_what_they_say(noise, data):
    plain = plain_bytes()
    at = data.draw(st.integers(0, len(plain)))
    changed = plain[:at] + noise + plain[at + len(noise) * data.draw(st.booleans()) :]
    try:
        network = network_from_bytes(changed)
    except WeightBytesError:
        return
    assert len(changed) == len(plain)
    assert len(network.numbers) == 12


def test_a_tensor_as_rows_and_as_a_vector():
    assert Tensor((2, 3), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)).rows() == (
        (1.0, 2.0, 3.0),
        (4.0, 5.0, 6.0),
    )
    assert Tensor((2,), (1.0, 2.0)).vector() == (1.0, 2.0)


def test_names_and_descriptions_come_with_the_tensors():
    data = to_bytes({"b": np.ones((2, 1)), "a": np.array([3.0])}, {"about": {"seed": 1}})
    tensors, about = read_weights(data)
    assert tensors == {"a": Tensor((1,), (3.0,)), "b": Tensor((2, 1), (1.0, 1.0))}
    assert about == {"format": 1, "about": {"seed": 1}}
