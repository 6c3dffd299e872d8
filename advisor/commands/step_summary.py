"""The summary that a job of GitHub Actions shows: what is printed goes there too, as Markdown, without being asked."""

import os
from collections.abc import Callable, Iterable, Iterator

from advisor.commands.failures import complain
from advisor.finding import Report

FILE, WITHIN = "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS"
MOST = 100  # runs told of
LARGEST = 1 << 19  # bytes that we write of the megabyte that GitHub shows of a step


def summarized(reports: Iterable[Report], whole: Callable[[Report], Report] | None = None) -> Iterator[Report]:
    """The reports as they pass by, and after the last the summary of all; outside of GitHub Actions nothing more."""
    file = os.environ.get(FILE) if os.environ.get(WITHIN) == "true" else None
    if not file:
        yield from reports
        return
    from advisor.render.markdown import render
    from advisor.render.ranking import Ranking

    ranking = Ranking(MOST)
    yield from ranking.passing(reports)
    try:
        with open(file, "a", encoding="utf-8") as summary:
            summary.write(render(ranking, whole).encode()[:LARGEST].decode(errors="ignore"))
    except OSError as error:
        complain(f"the summary of this step could not be written: {error.strerror or error}.")
