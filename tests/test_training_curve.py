"""The curve of the error that a rung leaves while it trains."""

from hypothesis import given
from hypothesis import strategies as st

from mips_verify.pipeline.codecs import _load_trained, _save_trained
from mips_verify.train.optimise.training_curve import MOST, note, recorded, thinned
from mips_verify.train.train import train
from tests.training_data import labelled, letters, modular_sum


def test_only_what_is_said_within_the_block_is_kept():
    note(1.0)
    with recorded() as curve:
        note(0.5)
        note(float("nan"))
        note(0.25)
    note(0.1)
    assert curve == [0.5, 0.25]


@given(st.lists(st.floats(0, 1), max_size=3 * MOST))
def test_a_thinned_curve_ends_where_the_curve_ends(curve):
    kept = thinned(curve)
    assert len(kept) <= MOST
    assert kept[-1:] == tuple(curve[-1:])
    assert len(curve) > MOST or kept == tuple(curve)


def test_a_rung_of_steps_has_a_curve_that_ends_below_a_half_and_is_stored(tmp_path):
    data, check = labelled(letters(2), modular_sum(3)), labelled(letters(2), modular_sum(3), seed=1)
    found = train(data, check)
    curve = found.trail[-1].curve
    assert curve[-1] < 0.5 < curve[0]
    assert not found.trail[0].curve  # it solves equations
    _save_trained(tmp_path / "t.safetensors", found)
    assert _load_trained(tmp_path / "t.safetensors").trail == found.trail
