"""Why there was nothing to read, in one sentence that says what to do."""

import difflib
import itertools
import os
from pathlib import Path

from advisor.errors import AdvisorError
from advisor.folders import Tree, walk
from advisor.nearest import is_log

LOOKED_FOR = (
    "TensorBoard event files (*tfevents*), CSV logs (metrics.csv, results.csv, progress.csv, …), JSON lines (metrics.json, log.txt, …), "
    "trainer_state.json, history.json, W&B's *.wandb, MLflow's mlruns and mlflow.db, DVCLive's plots, "
    "or text that a training printed (*.log, *.out, *.txt)"
)
LOOKED_INTO = 2000  # folders, when counting the runs that are near
NAMED = 5


def no_path(path: Path) -> AdvisorError:
    """There is no such folder: name one that is spelled alike, and how many folders with logs are near."""
    if not isinstance(path, Path):
        return AdvisorError(f"there is nothing at {path}: check the address, and that you may read it.")
    text = f"there is no folder {path}"
    try:
        siblings = os.listdir(path.parent)
    except OSError:
        siblings = []
    if close := difflib.get_close_matches(path.name, siblings, 1, 0.5):
        text += f"; did you mean {path.parent / close[0]}?"
    else:
        text += "."
    near = sum(any(is_log(place / name) for name in files) for place, files in itertools.islice(walk(Path()), LOOKED_INTO))
    return AdvisorError(f"{text} {near or 'No'} folder{'s' * (near != 1)} below the current one hold{'s' * (near == 1)} logs.")


def unreachable(path, error: OSError) -> AdvisorError:
    """The place exists or not: nobody could tell."""
    return AdvisorError(f"{path} could not be reached: {error.strerror or error}.")


def no_runs(path: Path, tree: Tree) -> AdvisorError:
    """There is something, but no run in it: say what was seen, and what was lost."""
    notes = [*tree.notes, *(note for folder in tree.folders.values() for note in folder.notes)]
    others = [name for folder in tree.folders.values() for name in [*folder.others, *(p.name for _, p in folder.beside)]]
    if notes:
        more = f"; and {len(notes) - NAMED} more" * (len(notes) > NAMED)
        return AdvisorError(f"nothing in {path} could be used: {'; '.join(notes[:NAMED])}{more}.")
    if any(folder.logged for folder in tree.folders.values()):
        return AdvisorError(f"the logs in {path} hold no scalars and no histograms yet: log some with SummaryWriter.add_scalar.")
    if path.is_file():
        return AdvisorError(f"{path} is not a log: give one of {LOOKED_FOR}, or a folder that holds some.")
    seen = f"{len(others)} other file{'s' * (len(others) != 1)}: {_names(others)}" if others else "no files at all"
    return AdvisorError(f"no logs in {path}: looked there and below for {LOOKED_FOR}, and saw {seen}.")


def _names(names: list[str]) -> str:
    """The first few names, printable and short."""
    shown = ["".join(c if c.isprintable() else "?" for c in name)[:80] for name in names[:NAMED]]
    return ", ".join(shown) + ", …" * (len(names) > NAMED)
