"""Machines to look at."""

import re

import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.report.diagram import MOST_STATES, run_table, state_diagram
from mips_verify.spec.task import load_task, load_tasks


def test_a_run_shows_inputs_states_and_outputs_step_by_step():
    table = run_table(load_task("Sum_All").spec, [(5,), (12,), (3,)])
    assert table.splitlines() == [
        "x         5 12  3",
        "s       0 5 17 20",
        "output    5 17 20",
    ]


def test_a_diagram_has_every_state_and_step():
    task = load_task("Div_3")
    drawn = state_diagram(task.spec, task.domain)
    arrows = re.findall(r"q(\d) --> q(\d): (.+) / (\d)", drawn)
    assert drawn.splitlines()[0] == "stateDiagram-v2"
    assert len(re.findall(r"q\d: ", drawn.split("[*]")[0])) == 3
    assert sum(len(letters.split(", ")) for _, _, letters, _ in arrows) == 6


@pytest.mark.parametrize("task", load_tasks(suite="tomita"), ids=lambda t: t.name)
def test_drawn_arrows_are_the_steps_of_the_machine(task):
    drawn = state_diagram(task.spec, task.domain)
    names = dict(re.findall(r"(q\d+): (.+)", drawn.split("[*]")[0]))
    pattern = r"(q\d+) --> (q\d+): (.+) / (.+)"
    for q, p, letters, out in re.findall(pattern, drawn.split("[*]")[1]):
        state = tuple(int(v) for v in re.findall(r"= (-?\d+)", names[q]))
        read = list(task.domain.letters()) if letters == "any" else [
            (int(a),) for a in letters.split(", ")
        ]  # fmt: skip
        for a in read:
            after, given = task.spec.step(state, a)
            assert after == tuple(int(v) for v in re.findall(r"= (-?\d+)", names[p]))
            assert " ".join(map(str, given)) == out


def test_what_is_too_large_to_draw_is_said():
    task = load_task("Sum_All")
    with pytest.raises(MipsVerifyError, match="100 letters are too many"):
        state_diagram(task.spec, task.domain)
    task = load_task("Majority_0_1")
    with pytest.raises(MipsVerifyError, match=f"more than {MOST_STATES} states"):
        state_diagram(task.spec, task.domain)


def test_the_command_draws():
    result = CliRunner().invoke(main, ["show", "Parity_All", "--diagram"])
    assert result.exit_code == 0
    assert result.stdout.startswith("stateDiagram-v2\n")
