"""Small ONNX models made by hand, for tests; needs the package onnx."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def node(kind, reads, gives, **options):
    return helper.make_node(kind, reads.split(), gives.split(), **options)


def port(name, kind, axes):
    return helper.make_tensor_value_info(name, kind, axes)


def array(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def outside(name, location, count):
    """An array of ``count`` floats whose values are in the file ``location``."""
    made = array(name, np.zeros((1, 1, count)))
    made.ClearField("raw_data")
    made.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("length", 4 * count)):
        made.external_data.add(key=key, value=str(value))
    return made


def write(path, nodes, inputs, outputs, arrays=(), *, domains=(("", 17),)):
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(arrays))
    opsets = [helper.make_opsetid(*domain) for domain in domains]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
    )
    return path


def parity(path, *, words="n", letters="t", kind=INT64, reshape=None):
    """Tokens (words, letters) to the scores of even and odd; ``reshape`` freezes the axes."""
    start = [node("Cast", "x", "i", to=INT64)]
    if reshape:
        start += [node("Reshape", "i shape", "r"), node("CumSum", "r one", "sums")]
    else:
        start += [node("CumSum", "i one", "sums")]
    nodes = [
        *start, node("Mod", "sums two", "odd"), node("OneHot", "odd depth levels", "y", axis=-1),
    ]  # fmt: skip
    arrays = [
        array("one", 1, np.int64), array("two", 2, np.int64), array("depth", 2, np.int64),
        array("levels", [0, 1]), *([array("shape", reshape, np.int64)] if reshape else []),
    ]  # fmt: skip
    inputs, outputs = [port("x", kind, [words, letters])], [port("y", FLOAT, [None] * 3)]
    return write(path, nodes, inputs, outputs, arrays)


def echo(
    path, axes=("n", "t", 2), *, nodes=None, kind=FLOAT, arrays=(), more=(), outputs=None, **rest
):
    """A model of a few nodes from x to y, by default the identity."""
    found = nodes or [node("Identity", "x", "y")]
    inputs = [port("x", kind, list(axes)), *more]
    return write(path, found, inputs, outputs or [port("y", kind, None)], arrays, **rest)


def endless(path):
    """A loop of 2**62 rounds."""
    bound = [port("i", INT64, []), port("go", TensorProto.BOOL, []), port("c", FLOAT, [])]
    body = helper.make_graph(
        [node("Add", "c one", "c2"), node("Identity", "go", "go2")], "body", bound,
        [port("go2", TensorProto.BOOL, []), port("c2", FLOAT, [])], [array("one", 1.0)],
    )  # fmt: skip
    nodes = [
        node("ReduceMax", "x", "top", keepdims=0), node("Sub", "top top", "c0"),
        helper.make_node("Loop", ["rounds", "", "c0"], ["c9"], body=body), node("Add", "x c9", "y"),
    ]  # fmt: skip
    return echo(path, nodes=nodes, arrays=[array("rounds", 2**62, np.int64)])
