"""Why there was nothing to read, in one sentence that says what to do."""

import difflib
import itertools
import os
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import AdvisorError
from advisor.folders import walk
from advisor.run import Run
from advisor.units import NAMED, Listing, is_log

LOOKED_FOR = "TensorBoard event files (*tfevents*)"
LOOKED_INTO = 2000  # folders, when counting the runs that are near


def no_path(path: Path) -> AdvisorError:
    """There is no such folder: name one that is spelled alike, and how many folders with logs are near."""
    text = f"there is no folder {path}"
    try:
        siblings = os.listdir(path.parent)
    except OSError:
        siblings = []
    if close := difflib.get_close_matches(path.name, siblings, 1, 0.5):
        text += f"; did you mean {path.parent / close[0]}?"
    else:
        text += "."
    near = sum(any("tfevents" in name for name in files) for _, files in itertools.islice(walk(Path()), LOOKED_INTO))
    return AdvisorError(f"{text} {near or 'No'} folder{'s' * (near != 1)} below the current one hold{'s' * (near == 1)} {LOOKED_FOR}.")


def no_runs(listing: Listing, runs: Sequence[Run]) -> AdvisorError:
    """There is something, but no run in it: say what was seen, and what was lost; `runs` are those that could not be read."""
    path = listing.root
    if runs:
        lost = [run.unread if run.path == path else f"{run.name}: {run.unread}" for run in runs]
        more = f"; and {len(lost) - NAMED} more" * (len(lost) > NAMED)
        return AdvisorError(f"nothing in {path} could be used: {'; '.join(lost[:NAMED])}{more}.")
    if not path.is_dir() and not is_log(path):
        return AdvisorError(f"{path} is not a log: give one of {LOOKED_FOR}, or a folder that holds some.")
    if listing.units:
        return AdvisorError(f"the event files in {path} hold no scalars and no histograms yet: log some with SummaryWriter.add_scalar.")
    seen = f"{listing.others} other file{'s' * (listing.others != 1)}: {_names(listing)}" if listing.others else "no files at all"
    return AdvisorError(f"no logs in {path}: looked there and below for {LOOKED_FOR}, and saw {seen}.")


def _names(listing: Listing) -> str:
    """The first few names, printable and short."""
    shown = ["".join(c if c.isprintable() else "?" for c in name)[:80] for name in listing.names]
    return ", ".join(shown) + ", …" * (listing.others > len(shown))
