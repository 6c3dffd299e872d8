"""How a command fails: in one sentence on standard error and with status 2, the traceback only for those who ask."""

import functools
import os
import sys
from collections.abc import Callable

import typer

from advisor.errors import AdvisorError

FAILED, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def politely(command: Callable) -> Callable:
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
            complain(told(error))
            raise typer.Exit(FAILED) from None

    return run


def told(error: Exception) -> str:
    """What went wrong, in a sentence."""
    if isinstance(error, AdvisorError):
        return str(error)
    kind = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"this is a fault of advisor itself ({kind}); please report it, with what --verbose prints."


def complain(sentence: str) -> None:
    from advisor.render.words import clean

    print(f"advisor: {clean(sentence)}", file=sys.stderr)


def meant(name: str, names) -> str:
    """A question after the name that comes closest, empty where none does."""
    import difflib

    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""
