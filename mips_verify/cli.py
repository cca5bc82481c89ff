"""The command line: thin commands over the pipeline.

Data goes to stdout, progress to stderr. Heavy imports stay inside the commands, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from mips_verify import __version__
from mips_verify.commands.bench import bench, fuzz_tasks
from mips_verify.commands.check import check
from mips_verify.commands.examples import synth
from mips_verify.commands.extract import extract
from mips_verify.commands.normalize import normalize
from mips_verify.commands.options import EXIT_CODES
from mips_verify.commands.synth import prove, synth_and_prove
from mips_verify.commands.tasks import list_tasks, new, show
from mips_verify.errors import MipsVerifyError

INTERRUPTED = 130


class Commands(click.Group):
    """A group that turns errors into one sentence and an exit code."""

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
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            if os.environ.get("MIPS_VERIFY_DEBUG"):
                raise
            what = f"{type(error).__name__}: {error}"
            _leave(f"internal error ({what}); set MIPS_VERIFY_DEBUG=1 for the traceback", 5)


def _kept(args: list[str]) -> str:
    """What a run that was stopped leaves for the next one."""
    resumes = {"synth-and-prove", "synth", "bench", "fuzz-tasks"} & set(args)
    if not resumes or "--fresh" in args:
        return ""
    return "; stages that had ended are kept, and the same command goes on behind them"


def _leave(message: str, code: int) -> None:
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
    normalize,
    list_tasks,
    show,
    new,
):
    main.add_command(command)
