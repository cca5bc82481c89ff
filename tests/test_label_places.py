"""Labels of a drawn automaton: none lies on another or on a state."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mips_verify.kernel.certificate import certificate_from_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.report.page.automaton_figure import automaton_figure, small_graph
from mips_verify.report.page.label_places import LabelPlaces
from mips_verify.report.state_words import state_words
from mips_verify.spec.value_names import Names

PROOFS = Path(__file__).parent.parent / "proofs"
PLACES = st.tuples(st.floats(-2, 2), st.floats(-2, 2))


def door():
    words = ("shut", "ajar", "locked")
    step = parse("(1, 0, 2, 1, 0, 1, 2, 2, 0)[3 * q + x]")
    program = Machine(("x",), ("q",), (0,), (step,), (parse("q"),))
    names = Names((("open", "close", "turn the key"),), (words,))
    return program, Domain(("x",), (0,), (2,)), names


def proved(name):
    proof = certificate_from_dict(json.loads((PROOFS / name / "certificate.json").read_text()))
    return proof.program, proof.domain, Names()


@pytest.mark.parametrize("name", ["Door", "Div_5", "Parity_Last3", "Base_3_Addition"])
def test_no_label_of_an_automaton_lies_on_another(name):
    program, domain, names = door() if name == "Door" else proved(name)
    figure = automaton_figure(small_graph(program, domain), names, state_words(program, names))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [t for t in figure.axes[0].texts if t.get_text()]
    boxes = [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in texts]
    pairs = itertools.combinations(boxes, 2)
    assert [(a, b) for (a, one), (b, other) in pairs if one.overlaps(other)] == []


@given(st.lists(PLACES, min_size=1, max_size=5), st.text("ab\n", min_size=1))
def test_the_first_place_is_taken_if_all_are_free(places, text):
    wanted = [(place, "center") for place in places]
    assert LabelPlaces().choose(text, wanted, None) == wanted[0]


@given(PLACES)
def test_a_label_keeps_off_the_lines_of_others_but_not_off_its_own(place):
    far = (place[0] + 1, place[1])
    wanted = [(place, "center"), (far, "center")]
    labels = LabelPlaces()
    labels.add([place], 0.03, "a line")
    assert labels.choose("1 / 0", wanted, "another") == wanted[1]
    assert labels.choose("1 / 0", wanted, "a line") == wanted[0]
