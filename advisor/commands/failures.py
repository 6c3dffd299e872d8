"""How a command fails: in one sentence on standard error and with status 2, the traceback only for those who ask."""

import functools
import os
import sys
from collections.abc import Callable

import typer

from advisor.errors import failure_sentence

FAILED, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def reporting_failures(command: Callable) -> Callable:
    """The command, failing for a person; its option `verbose` shows the traceback too."""

    @functools.wraps(command)
    def run(*args, **options):
        try:
            command(*args, **options)
            sys.stdout.flush()
        except (typer.Exit, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it flushes at its end
            raise typer.Exit(PIPE_CLOSED) from None
        except Exception as error:
            if options.get("verbose"):
                import traceback

                traceback.print_exc()
            complain(failure_sentence(error))
            raise typer.Exit(FAILED) from None

    return run


def complain(sentence: str) -> None:
    """Print the sentence to standard error, made safe for a terminal and after the program's name."""
    from advisor.wording import clean

    print(f"advisor: {clean(sentence)}", file=sys.stderr)
