"""How a command fails: in one sentence on standard error and with status 2, the traceback only for those who ask."""

import contextlib
import functools
import os
import sys
from collections.abc import Callable

import typer

from advisor.errors import failure_sentence
from advisor.interruption import STATE, deferred, listening, status, status_so_far

FAILED, PIPE_CLOSED = 2, 141


def reporting_failures(command: Callable) -> Callable:
    """The command, failing for a person; its option `verbose` shows the traceback too.

    A signal that asks it to end does so quietly, with the status a shell gives for it: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP.
    """

    @functools.wraps(command)
    def run(*args, **options):
        with listening():
            try:
                command(*args, **options)
                sys.stdout.flush()
                end = 0
            except typer.BadParameter:
                raise
            except typer.Exit as asked:
                end = asked.exit_code
            except (KeyboardInterrupt, Exception) as error:
                end = _ended_by(error, options.get("verbose", False))
            if end := status_so_far() or end:
                raise typer.Exit(end) from None

    return run


def _ended_by(error: BaseException, verbose: bool) -> int:
    """The status to end with, once a failure has been told; after a signal every failure is the signal's doing, and nothing is told."""
    if isinstance(error, KeyboardInterrupt) or status_so_far():
        _finish_output()
        return status(error) if isinstance(error, KeyboardInterrupt) else status_so_far()
    if isinstance(error, BrokenPipeError):
        discard_output()
        return PIPE_CLOSED
    if verbose:
        import traceback

        traceback.print_exception(error)
    complain(failure_sentence(error))  # type: ignore[arg-type]
    return FAILED


def _finish_output() -> None:
    """Write what was printed so far, unless nobody can or will read it."""
    try:
        if not STATE.insisted:
            with deferred():
                sys.stdout.flush()
            return
    except (KeyboardInterrupt, OSError, ValueError):
        pass
    discard_output()


def discard_output() -> None:
    """Let what is still to be written go nowhere, else Python complains when it flushes at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(sentence: str) -> None:
    """Print the sentence to standard error, made safe for a terminal and after the program's name."""
    from advisor.wording import clean

    print(f"advisor: {clean(sentence)}", file=sys.stderr)
