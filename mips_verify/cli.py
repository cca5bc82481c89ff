"""The command line: thin commands over the pipeline.

Data goes to stdout, progress to stderr. Heavy imports stay inside the commands, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, NoReturn

import click

from mips_verify import __version__
from mips_verify.commands.bench import bench, fuzz_tasks
from mips_verify.commands.bundle import bundle
from mips_verify.commands.check import check
from mips_verify.commands.examples import synth
from mips_verify.commands.extract import extract
from mips_verify.commands.normalize import normalize
from mips_verify.commands.options import EXIT_CODES, silence_stdout
from mips_verify.commands.synth import prove, synth_and_prove
from mips_verify.commands.tasks import list_tasks, new, show
from mips_verify.errors import MipsVerifyError

INTERRUPTED = 130
UNREAD = 141  # as of a process that is ended because nobody reads its output
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class Commands(click.Group):
    """A group that turns errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a pipe that nobody reads any more ends it without a word."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would leave with 1, which means refuted
            silence_stdout()
            sys.exit(UNREAD)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and leave with the exit code that the error names."""
        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False})
        except MipsVerifyError as error:
            _leave(str(error), error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _leave(f"stopped{_kept(sys.argv)}", INTERRUPTED)
        except OSError as error:
            if error.errno not in _FULL:
                self._internal(error)
            silence_stdout()
            _leave(f"cannot write the output ({error.strerror}); make room for it", 2)
        except Exception as error:
            self._internal(error)

    def _internal(self, error: Exception) -> NoReturn:
        if os.environ.get("MIPS_VERIFY_DEBUG"):
            raise error
        what = f"{type(error).__name__}: {error}"
        _leave(f"internal error ({what}); set MIPS_VERIFY_DEBUG=1 for the traceback", 5)


def _kept(args: list[str]) -> str:
    """What a run that was stopped leaves for the next one."""
    resumes = {"synth-and-prove", "synth", "bench", "fuzz-tasks"} & set(args)
    if not resumes or "--fresh" in args:
        return ""
    return "; stages that had ended are kept, and the same command goes on behind them"


def _leave(message: str, code: int) -> NoReturn:
    click.echo(f"mips-verify: {message}", err=True)
    sys.exit(code)


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="mips-verify")
@click.option(
    "--tasks",
    type=click.Path(exists=True, file_okay=False),
    envvar="MIPS_VERIFY_TASKS",
    help="Folder of task files.  [env: MIPS_VERIFY_TASKS]",
)
def main(tasks: str | None) -> None:
    """Read programs out of recurrent networks and prove them for sequences of every length."""
    if tasks is not None:
        os.environ["MIPS_VERIFY_TASKS"] = tasks  # for worker processes too


for command in (
    synth_and_prove,
    synth,
    extract,
    prove,
    bench,
    fuzz_tasks,
    check,
    bundle,
    normalize,
    list_tasks,
    show,
    new,
):
    main.add_command(command)
