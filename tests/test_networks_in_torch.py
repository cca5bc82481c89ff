"""What torch computes in doubles lies in the forms of the network kernel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.network_kernel.exact_network import CELLS
from mips_verify.network_kernel.forms import FormArithmetic
from tests.network_kernel_tools import torch_networks
from tests.quick import examples
from tests.test_network_kernel_forms import bits_of, box_forms, boxes, holds

torch = pytest.importorskip("torch")


def torch_step(network, point, inputs):
    """The states after one letter, by torch's own cells in doubles."""
    after, given_, at = [], torch.tensor([inputs], dtype=torch.float64), 0
    for layer in network.layers:
        kind, options = layer.cell.partition("_")[::2]
        cell = {"rnn": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}[kind]
        more = {"nonlinearity": options} if options else {}
        made = cell(given_.shape[1], layer.hidden, dtype=torch.float64, **more)
        for name, part in (("ih", layer.from_x), ("hh", layer.from_h)):
            getattr(made, f"weight_{name}").data = torch.tensor(part.weight, dtype=torch.float64)
            getattr(made, f"bias_{name}").data = torch.tensor(part.bias, dtype=torch.float64)
        state = torch.tensor([point[at : at + layer.state]], dtype=torch.float64)
        old = state.split(layer.hidden, dim=1) if kind == "lstm" else state
        new = made(given_, old)
        at += layer.state
        given_ = new[0] if kind == "lstm" else new
        after += torch.cat(tuple(new), dim=1)[0].tolist() if kind == "lstm" else new[0].tolist()
    return after


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_of_a_box_holds_that_of_torch(cell):
    @settings(max_examples=examples(60))
    @given(st.data(), torch_networks(cell))
    def check(data, network):
        centre, radius, e = data.draw(boxes(len(network.start)))
        bits = bits_of(*network.numbers, *centre, *radius, 2**-44)
        arithmetic = FormArithmetic(bits, floats=True)
        inputs = network.inputs([data.draw(st.integers(0, 1))])
        box = box_forms(centre, radius, arithmetic)
        after = network.step(arithmetic, box, list(map(arithmetic.constant, inputs)))
        point = [c + r * s for c, r, s in zip(centre, radius, e, strict=True)]
        with torch.no_grad():
            holds(after, torch_step(network, point, inputs), e, bits)

    check()
