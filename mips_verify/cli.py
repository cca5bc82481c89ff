"""The command line: thin commands over the pipeline.

Data goes to stdout, progress to stderr. Heavy imports stay inside the commands, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import click

from mips_verify import __version__
from mips_verify.commands.bench import bench
from mips_verify.commands.bundle import bundle
from mips_verify.commands.certify import certify
from mips_verify.commands.check import check
from mips_verify.commands.extract import extract
from mips_verify.commands.fuzz_tasks import fuzz_tasks
from mips_verify.commands.new import new
from mips_verify.commands.normalize import normalize
from mips_verify.commands.options import EXIT_CODES
from mips_verify.commands.prove import prove
from mips_verify.commands.report import report
from mips_verify.commands.search_networks import search
from mips_verify.commands.show import show
from mips_verify.commands.stopping import what_is_kept
from mips_verify.commands.sweep import sweep
from mips_verify.commands.synth import synth
from mips_verify.commands.synth_and_prove import synth_and_prove
from mips_verify.commands.tasks import tasks
from mips_verify.errors import MipsVerifyError, one_line

INTERRUPTED = 130
UNREAD = 141  # 128 + SIGPIPE, as in a shell; it stands for no verdict, since nobody read one
LONGEST = 900  # characters of a message
EXTRAS = {  # where a library is
    "torch": "train", "yaml": "train", "safetensors": "train", "onnxruntime": "onnx",
    "matplotlib": "report", "pygments": "report", "dask_jobqueue": "cluster", "dask": "cluster",
    "distributed": "cluster",
}  # fmt: skip


class UnreadError(Exception):
    """The reader of the command's output is gone."""


class StoppedError(Exception):
    """A person has stopped the command; the text says what is kept."""


class Commands(click.Group):
    """A group that turns errors into one sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, and exit with the code that its error names."""
        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False})
        except UnreadError:
            _leave("", UNREAD)
        except MipsVerifyError as error:
            _leave(str(error), error.exit_code)
        except click.ClickException as error:
            vars(error)["message"] = _brief(error.message)
            with contextlib.suppress(OSError):
                error.show()
            _leave("", error.exit_code)
        except (StoppedError, click.Abort, KeyboardInterrupt) as error:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C leaves at once
            _leave(f"stopped; {str(error) or 'nothing is kept'}", INTERRUPTED)
        except Exception as error:
            if os.environ.get("MIPS_VERIFY_DEBUG"):
                raise
            _leave(*_surroundings(error))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments; this also prints help texts."""
        with _noticing_a_closed_pipe():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            with _noticing_a_closed_pipe():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            raise StoppedError(what_is_kept(ctx)) from None


@contextlib.contextmanager
def _noticing_a_closed_pipe() -> Iterator[None]:
    """Raise an error if the reader of a pipe is gone; click would exit with 1, a verdict."""
    try:
        yield
    except BrokenPipeError:
        raise UnreadError from None
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            raise UnreadError from None
        raise


def _surroundings(error: Exception) -> tuple[str, int]:
    """The message and the exit code for an unexpected error, which the computer may have caused."""
    if isinstance(error, ImportError):
        missing = [name for name in EXTRAS if name in (error.name or str(error))]
        if missing:
            extra = EXTRAS[missing[0]]
            return f'{missing[0]} is not installed; pip install "mips-verify[{extra}]"', 2
        if isinstance(error, ModuleNotFoundError) and error.name:
            return f"{error.name} is not installed; pip install mips-verify", 2
    if isinstance(error, MemoryError):
        return "there is not enough memory; try shorter sequences or smaller ranges", 2
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"the system refuses: {error.strerror}{where}; free it or choose another place", 2
    what = f"{type(error).__name__}: {error}"
    return f"internal error ({what}); set MIPS_VERIFY_DEBUG=1 for the traceback", 5


def _leave(message: str, code: int) -> None:
    """Print the message, if there is one, and exit, even if printing is no longer possible."""
    if message:
        with contextlib.suppress(OSError):
            click.echo(f"mips-verify: {_brief(message)}", err=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # Python would flush once more when it ends, and change the exit code
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def _brief(text: str) -> str:
    """``text`` as one line of bounded length."""
    text, half = one_line(text), LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} ... {text[-half:]}"


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="mips-verify")
@click.option(
    "--tasks",
    "tasks_folder",
    type=click.Path(exists=True, file_okay=False),
    envvar="MIPS_VERIFY_TASKS",
    help="Folder of task files.  [env: MIPS_VERIFY_TASKS]",
)
def main(tasks_folder: str | None) -> None:
    """Read programs out of recurrent networks and prove them for sequences of every length."""
    if tasks_folder is not None:
        os.environ["MIPS_VERIFY_TASKS"] = tasks_folder  # for worker processes too


for command in (
    synth_and_prove,
    synth,
    extract,
    prove,
    certify,
    bench,
    fuzz_tasks,
    sweep,
    search,
    check,
    bundle,
    report,
    normalize,
    tasks,
    show,
    new,
):
    main.add_command(command)
