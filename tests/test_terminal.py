"""What a person sees: a line a stage on stderr, nothing longer than the terminal is wide."""

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from mips_verify.cli import main
from mips_verify.commands import terminal
from mips_verify.commands.printing import COLOURS, coloured
from mips_verify.commands.terminal import Board, Stages, board
from mips_verify.kernel.verdict import Status
from mips_verify.progress import EARLIER, Found
from tests.pseudo_terminal import SEQUENCE, in_pipes, lines_of, on_terminal

STAGES = ["data", "network", "program", "proof", "score", "theorem"]
PROGRAM = """
def program(xs):
    total = 0
    out = []
    for x in xs:
        total = total + x
        out.append(total % 3)
    return out
"""


def context_of(command, *args):
    """The context in which a command runs with these options."""
    return command.make_context("command", list(args)).scope()


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)))


@pytest.fixture(scope="module")
def synthesis(tmp_path_factory):
    """The arguments of a run of the whole pipeline, and that run."""
    folder = tmp_path_factory.mktemp("synthesis")
    args = ("synth-and-prove", "Sum_Last3", "--runs", folder / "r", "--out", folder / "p")
    return args, run(*args)


@pytest.fixture(scope="module")
def prove(tmp_path_factory):
    """The arguments of a proof, which takes a second."""
    path = tmp_path_factory.mktemp("prove") / "p.py"
    path.write_text(PROGRAM)
    return "prove", path, "Add_Mod_3"


def test_a_stage_is_a_line_with_what_was_found_and_how_long_it_took(synthesis):
    *lines, last = synthesis[1].stderr.splitlines()
    assert [line.split()[0] for line in lines] == STAGES
    assert all(re.search(r", (\d+\.\d s|found before)$", line) for line in lines)
    assert not lines[1].endswith(EARLIER)
    assert "subspace, 3 hidden, exact on fresh sequences" in lines[1]
    assert "x1 = 0 -> x; x2 = 0 -> x1; output x + old(x1) + old(x2)" in lines[2]
    assert "PROVED for every length" in lines[3]
    assert last.startswith("bundle written to")


def test_quiet_prints_the_result_alone(synthesis, prove):
    args, first = synthesis
    again = run(*args, "--quiet")
    assert (again.stdout, again.stderr) == (first.stdout, "")
    done = run(*prove, "--quiet")
    assert done.stdout.startswith("PROVED")
    assert done.stderr == ""


def test_quiet_still_prints_errors():
    done = run("synth-and-prove", "No_Such", "--quiet")
    assert done.exit_code == 2
    assert "no task 'No_Such'" in done.stderr


@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_verbose_adds_the_steps_of_the_search(prove, flag):
    plain, verbose = run(*prove), run(*prove, flag)
    assert verbose.stdout == plain.stdout
    steps = [line for line in verbose.stderr.splitlines() if line.startswith("[")]
    assert any("prove: looking for an invariant" in step for step in steps)
    assert len(verbose.stderr.splitlines()) == len(steps) + len(plain.stderr.splitlines())


def test_verbose_and_quiet_exclude_each_other(prove):
    done = run(*prove, "--quiet", "-v")
    assert done.exit_code == 2
    assert "--verbose and --quiet exclude each other" in done.stderr


def test_a_stage_of_an_earlier_run_says_so(synthesis):
    lines = run(*synthesis[0]).stderr.splitlines()
    said = [line.split()[0] for line in lines if line.endswith(f", {EARLIER}")]
    assert said == ["network", "program", "proof", "theorem"]


def test_every_command_with_progress_has_both_options():
    for name, command in main.commands.items():
        flags = {flag for option in command.params for flag in option.opts}
        works = name not in ("bundle", "new", "normalize", "show", "tasks")
        assert ({"-v", "--verbose", "--quiet"} <= flags) == works, name


@given(st.text(max_size=200), st.integers(24, 200), st.sampled_from(["prove", "data", "x"]))
def test_what_was_found_is_one_printable_line_of_the_width(message, width, stage):
    file = io.StringIO()
    Stages(Console(file=file, width=width), "it", lambda _: None)(stage, Found(message))
    (line,) = file.getvalue().splitlines()
    assert cell_len(line) <= width
    assert line.isprintable()
    assert line.endswith(", 0.0 s")


@pytest.mark.parametrize("columns", ["40", "80"])
def test_in_a_pipe_there_is_text_alone_and_progress_is_cut(prove, columns):
    done = in_pipes(*prove, COLUMNS=columns, FORCE_COLOR="1")
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    assert all(line.isprintable() for line in lines)
    assert max(map(len, done.stderr.splitlines())) <= int(columns)
    proved = "PROVED equal to Add_Mod_3 for sequences of every length, over all integers\n"
    assert done.stdout == proved


@pytest.mark.parametrize(
    "args", [None, ("tasks",), ("show", "Dithering"), ("check", "proofs/Sum_All", "--jobs", "1")]
)
def test_nothing_is_longer_than_the_terminal_is_wide(prove, args):
    code, received = on_terminal(*(args or prove), columns=60)
    assert code == 0, received
    assert max(map(cell_len, lines_of(received))) <= 60


def test_a_verdict_on_a_terminal_has_a_colour_and_the_activity_goes_away(prove):
    _, received = on_terminal(*prove, columns=100)
    assert "\x1b[32mPROVED\x1b[0m equal to Add_Mod_3" in received
    assert "\x1b[?25l" in received  # the cursor is hidden while something moves, then shown
    assert received.rindex("\x1b[?25h") > received.rindex("\x1b[?25l")
    assert "\x1b[2K" in received[received.rindex("Python runs") :]


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colours_gets_plain_text(prove, changes):
    code, received = on_terminal(*prove, columns=60, **changes)
    assert code == 0
    assert not SEQUENCE.search(received)
    assert all(line.isprintable() for line in received.replace("\r\n", "\n").splitlines())
    assert max(map(cell_len, lines_of(received))) <= 60


def test_every_verdict_has_one_colour():
    colours = {Status.PROVED: "green", Status.REFUTED: "red"}
    for status in Status:
        (span,) = coloured(f"so it is {status.name}: why").spans
        assert (span.start, span.end) == (9, 9 + len(status.name))
        assert span.style == colours.get(status, "yellow")
    assert not coloured("UNPROVED, PROVED_BY, refuted").spans
    assert len({word for words in COLOURS.values() for word in words}) == sum(
        map(len, COLOURS.values())
    )


@pytest.mark.parametrize(
    ("spent", "finished", "says"),
    [(10, 1, ", about 30 s left"), (60, 1, ", about 3 min left"), (60, 0, ""), (60, 4, "")],
)
def test_the_time_left_is_estimated_from_what_is_done(spent, finished, says):
    assert terminal._left(time.perf_counter() - spent, finished, 4) == says


def test_a_finished_task_is_a_line_with_the_time_left():
    from mips_verify.bench.run_tasks import Row

    file = io.StringIO()
    watch = Board(3, Console(file=file, width=80), began=time.perf_counter() - 100)
    watch.doing("a", "train", "subspace")
    watch.done(Row("a", "PROVED", seconds={"train": 2.0}))
    assert file.getvalue() == "[1/3] a: PROVED, 2.0 s, about 3 min left\n"


@pytest.mark.parametrize("flag", ["-v", "--quiet"])
def test_a_board_hears_its_volume_from_any_thread(flag):
    with context_of(main.commands["bench"], flag), board(1) as watch:
        with ThreadPoolExecutor() as threads:
            threads.submit(watch.doing, "a", "train", "subspace").result()
        assert (watch.verbose, watch.console.quiet) == (flag == "-v", flag == "--quiet")


def test_a_stage_is_found_before_only_if_its_own_result_was_kept():
    file = io.StringIO()
    say = Stages(Console(file=file, width=80), "it", lambda _: None)
    for stage in ("prove", "extract"):
        say("prove", EARLIER)
        say(stage, Found("x"))
    first, second = file.getvalue().splitlines()
    assert first.endswith("x, found before")
    assert second.endswith("x, 0.0 s")


def test_the_board_cuts_activities_and_programs_but_no_names():
    from mips_verify.bench.run_tasks import Row

    watch = Board(3, Console(file=io.StringIO(), width=60))
    watch.doing("Newton_Magnetic", "train", "residual 0.5, " * 9)
    watch.done(Row("Sum_All", "PROVED", program="s = 0 -> s + x; " * 9, seconds={"train": 2.0}))
    watch.console.print(watch._picture())
    _, done, running, _ = watch.console.file.getvalue().splitlines()
    assert done.split()[:4] == ["Sum_All", "PROVED", "2.0", "s"]
    assert running.split()[:2] == ["Newton_Magnetic", "network:"]
    assert done[:60].rstrip().endswith("…")
    assert running[:60].rstrip().endswith("…")


@pytest.mark.slow
def test_a_benchmark_fits_its_terminal(tmp_path):
    options = ("--jobs", "1", "--runs", tmp_path)
    code, received = on_terminal("bench", "Sum_All", "Prev1", *options, columns=60)
    assert code == 0, received
    assert max(map(cell_len, lines_of(received))) <= 60
