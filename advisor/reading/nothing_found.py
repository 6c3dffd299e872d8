"""Why there was nothing to read, in one sentence that says what to do."""

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.errors import AdvisorError, closest
from advisor.reading.folders.folder_groups import NAMED, Listing
from advisor.reading.folders.walk import walk
from advisor.reading.formats import is_log
from advisor.reading.storage.growing_lines import head
from advisor.reading.tables.header import Header
from advisor.run import OF_PROBE, Run
from advisor.wording import first_few

LOOKED_FOR = (
    "TensorBoard event files (*tfevents*), CSV logs (metrics.csv, results.csv, progress.csv, …), JSON lines (metrics.json, log.txt, …), "
    "trainer_state.json, history.json, W&B's *.wandb, MLflow's mlruns and mlflow.db, DVCLive's plots, evaluations.npz, "
    "or text that a training printed (*.log, *.out, *.txt), also in a notebook (*.ipynb)"
)
LOGS = (".csv", ".tsv", ".jsonl")
LOOKED_INTO = 2000  # folders, when counting the runs that are near


def no_path(path: Path) -> AdvisorError:
    """There is no such folder: name one that is spelled alike, and how many folders with logs are near."""
    if not isinstance(path, Path):
        return AdvisorError(f"there is nothing at {path}: check the address, and that you may read it.")
    text = f"there is no folder {path}"
    try:
        siblings = os.listdir(path.parent)
    except OSError:
        siblings = []
    if close := closest(path.name, siblings):
        text += f"; did you mean {path.parent / close[0]}?"
    else:
        text += "."
    near = sum(any(is_log(place / name) for name in files) for place, files in itertools.islice(walk(Path()), LOOKED_INTO))
    return AdvisorError(f"{text} {near or 'No'} folder{'s' * (near != 1)} below the current one hold{'s' * (near == 1)} logs.")


def unreachable(path, error: OSError) -> AdvisorError:
    """The place exists or not: nobody could tell."""
    return AdvisorError(f"{path} could not be reached: {error.strerror or error}.")


def no_runs(listing: Listing, runs: Sequence[Run]) -> AdvisorError:
    """There is something, but no run in it: say what was seen, and what was lost; `runs` are those that could not be read."""
    path = listing.root
    if runs:
        lost = [run.unread if run.path == path else f"{run.name}: {run.unread}" for run in runs]
        more = f"; and {len(lost) - NAMED} more" * (len(lost) > NAMED)
        return AdvisorError(f"nothing in {path} could be used: {'; '.join(lost[:NAMED])}{more}.")
    if states := [path for path in _files(listing) if path.name == "trainer_state.json"]:
        return AdvisorError(f"{states[0]} has no log_history: the Trainer writes one where logging_steps is reached before it saves.")
    if any(unit.logged for unit in listing.groups):
        written = [path for path in _files(listing) if "tfevents" in path.name]
        if written and all(path.suffix == OF_PROBE for path in written):
            return AdvisorError(f"the probe in {path} was ended before its first measurement, or still waits for it: probe again.")
        return AdvisorError(f"the logs in {path} hold no scalars and no histograms yet: look again after the first loss was logged.")
    if told := next(filter(None, map(_columns, [path] if listing.file else _files(listing))), ""):
        return AdvisorError(f"{told}, none of which counts epochs or steps beside a loss or a score: rename one, or give the log itself.")
    if listing.file:
        return AdvisorError(f"{path} is not a log: give one of {LOOKED_FOR}, or a folder that holds some.")
    if empty := [path for path in _files(listing) if path.suffix.lower() in LOGS and _is_empty(path)]:
        more = f" (and {len(empty) - 1} more)" * (len(empty) > 1)
        return AdvisorError(f"{empty[0]}{more} is empty: the training has logged nothing yet.")
    seen = f"{listing.files} other file{'s' * (listing.files != 1)}: {_names(listing)}" if listing.files else "no files at all"
    return AdvisorError(f"no logs in {path}: looked there and below for {LOOKED_FOR}, and saw {seen}.")


def _files(listing: Listing) -> Iterator[Path]:
    """The files of every unit, of a local folder."""
    if isinstance(listing.root, Path):
        names = [listing.root / name for name in listing.names]
        yield from {**dict.fromkeys(names), **dict.fromkeys(place / n for unit in listing.groups for place, ns in unit.places for n in ns)}


def _columns(path: Path) -> str:
    """What the columns of a table are called; "" of any other file."""
    if not isinstance(path, Path) or path.suffix.lower() not in (".csv", ".tsv"):
        return ""
    try:
        lines = head(path)
    except OSError:
        return ""
    names = Header(*lines[:2]).names if len(lines) > 1 else []
    shown = ["".join(c if c.isprintable() else "?" for c in name)[:80] for name in names if name]
    return f"no logs: {path} has the columns {first_few(shown, NAMED)}" if len(shown) > 1 else ""


def _is_empty(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size == 0
    except OSError:
        return False


def _names(listing: Listing) -> str:
    """The first few names, printable and short."""
    shown = ["".join(c if c.isprintable() else "?" for c in name)[:80] for name in listing.names]
    return ", ".join(shown) + ", …" * (listing.files > len(shown))
