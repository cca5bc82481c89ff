"""What a user says of a model whose file does not say it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.cli import main
from mips_verify.commands.interface_options import OPTIONS
from mips_verify.kernel.domain import Domain
from mips_verify.network.coding import GIVES, READS
from mips_verify.network.interface import Interface
from mips_verify.network.torch_cells import CELLS
from mips_verify.network.weights import WeightFileError
from tests.test_networks_from_outside import parity

BITS = Domain(("x",), (0,), (1,))
SAID = {
    "reads": "letters", "gives": "argmax", "values": (4, 5), "causal": False, "first": 2,
    "shift": 1, "cell": "gru", "readout": "head",
}  # fmt: skip


def run(*args):
    return CliRunner().invoke(main, ["extract", *map(str, args)])


@given(st.sets(st.sampled_from(sorted(SAID))))
def test_every_flag_that_was_given_is_named(names):
    said = Interface(BITS, 8, **{name: SAID[name] for name in names})
    assert len(said.flags) == len(names)
    if names:
        with pytest.raises(WeightFileError, match=r"leave out --"):
            said.demand_silent(Path("net"))
    else:
        said.demand_silent(Path("net"))


def test_a_file_that_says_everything_refuses_flags(tmp_path):
    model = parity(tmp_path / "n.safetensors")
    result = run("--model", model, "--whole-words", "--values", "-1,1")
    assert result.exit_code == 2
    assert "itself says how it is read; leave out --values, --whole-words" in result.stderr
    assert run("--model", model, "--input", "x=0..1", "--length", 6).exit_code == 0


def test_what_must_be_said_is_asked_for():
    path = Path("net.onnx")
    with pytest.raises(WeightFileError, match=r"--input x=0\.\.9"):
        Interface(reads="letters", gives="round").coding(path)
    with pytest.raises(WeightFileError, match=r"give --gives \(argmax or round\)$"):
        Interface(BITS, reads="letters").coding(path)
    with pytest.raises(WeightFileError, match=r"give --reads .* and --gives"):
        Interface(BITS).coding(path)


def test_values_that_are_no_integers_are_refused(tmp_path):
    for text in ("0,x", "", "1,,2", "0.5"):
        result = run("--model", parity(tmp_path / "n.safetensors"), "--values", text)
        assert result.exit_code == 2
        assert "not a list of integers" in result.stderr


def test_the_command_line_offers_every_reading():
    names = [vars(option(lambda: None))["__click_params__"][0] for option in OPTIONS]
    choices = {p.name: p.type.choices for p in names if hasattr(p.type, "choices")}
    assert choices == {"reads": READS, "gives": GIVES, "cell": tuple(CELLS)}


def test_a_task_says_ranges_and_length_where_the_user_does_not():
    said = Interface(reads="letters")
    assert said.within(BITS, 7) == Interface(BITS, 7, reads="letters")
    other = Interface(Domain(("y",), (0,), (3,)), 5)
    assert other.within(BITS, 7) == other
