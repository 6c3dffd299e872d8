"""Reports printed, and a progress bar where there are many."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from advisor.commands.forms import Form
from advisor.interruption import deferred, interruptible

FEW = 4  # runs that need no progress bar
MOST = 100  # rows of a table of Markdown


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


def print_reports(
    reports: Iterable, form: Form = Form.text, verbose: bool = False, whole: Callable | None = None, script: str | None = None
) -> None:
    """Print the reports: as JSON one by one, else the worst first, in short but for `verbose`; a signal finds each whole.

    `whole` gives a report with the curves of its run; `script` is what made the runs, where that is known.
    """
    if verbose:
        reports = with_traces(reports)
    if form in (Form.json, Form.brief, Form.github):
        with deferred():
            for piece in pieces_of(interruptible(reports), form):
                sys.stdout.write(piece)
                sys.stdout.flush()
    elif form is Form.markdown:
        from advisor.render.markdown import render
        from advisor.render.ranking import Ranking
        from advisor.render.terminal import say

        ranking = Ranking(MOST)
        for report in reports:
            ranking.add(report)
        say(render(ranking, whole))
    else:
        from advisor.commands.proof_line import SCRIPT, proof_line
        from advisor.render.many import blocks_of
        from advisor.render.terminal import put, terminal

        put(terminal(form is Form.plain), blocks_of(reports, verbose, whole, partial(proof_line, script=script or SCRIPT)))


def pieces_of(reports: Iterable, form: Form) -> Iterable[str]:
    """What is printed of each report as soon as it is known."""
    if form is Form.json:
        from advisor.render.json import pieces

        return pieces(reports)
    if form is Form.brief:
        from advisor.agents import brief
        from advisor.commands.proof_line import proof_line

        return brief.pieces(reports, proof_line)
    from advisor.render.github import lines

    return lines(reports)
