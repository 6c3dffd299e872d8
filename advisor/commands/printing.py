"""Reports printed, and a progress bar where there are many."""

import sys
from collections.abc import Callable, Iterable, Iterator

from advisor.interruption import deferred, interruptible

FEW = 4  # runs that need no progress bar


def with_progress(things: Iterable, doing: str, count: int) -> Iterable:
    """The things, with a progress bar where they are many and someone watches."""
    if count <= FEW or not sys.stderr.isatty():
        return things
    from advisor.render.progress import ticking

    return ticking(things, doing, count)


def with_traces(reports: Iterable) -> Iterator:
    """The reports, and on standard error the traceback of each fault of ours in them, as they pass by."""
    for report in reports:
        for fault in report.faults:
            print(fault.trace, file=sys.stderr)
        yield report


def print_reports(reports: Iterable, json: bool, verbose: bool, whole: Callable | None = None) -> None:
    """Print the reports: as JSON one by one, as text the worst first, in short but for `verbose`; a signal finds each whole."""
    if verbose:
        reports = with_traces(reports)
    if json:
        from advisor.render.json import pieces

        with deferred():
            for piece in pieces(interruptible(reports)):
                sys.stdout.write(piece)
                sys.stdout.flush()
    else:
        from advisor.commands.proof_line import proof_line
        from advisor.render.many import blocks_of
        from advisor.render.terminal import put, terminal

        put(terminal(), blocks_of(reports, verbose, whole, proof_line))
