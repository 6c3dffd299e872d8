"""What text and hyperparameter files beside a run say, and of which training, where its folder holds several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from advisor.reading.folders.folder_tree import Folder, Reader, read_once
from advisor.reading.joining.joined_training import with_more
from advisor.reading.storage.text_file import opened
from advisor.reading.wall_time import STAMP, of_stamp
from advisor.run import Missing
from advisor.scalar import Line

# kinds of failure that end a training, and that no problem of the catalogue tells
BROKE = ("data-loader", "communication", "exit-status", "traceback")
TOLD = 160  # characters
Span = tuple[float, float]


@dataclass
class SideInfo:
    """The lines that tell of a failure, and the hyperparameters, nearest first."""

    lines: list[Line] = field(default_factory=list)
    hparams: dict[str, Any] = field(default_factory=dict)


def side_info(folders: Iterable[Folder], spans: Sequence[Span], read: Reader = read_once) -> tuple[list[SideInfo], list[str]]:
    """What the files of these folders say of each training, and which could not be read; `spans` is when each was logged.

    A line belongs to the training that was logged nearest to the time stamped on it or last above it. All else is of the last one: it wrote
    over what those before it left.
    """
    found, lost = [SideInfo() for _ in spans], []
    files = [file for folder in folders for file in folder.beside]
    for known, path in sorted(files, key=lambda file: getattr(file[0], "LAST_RESORT", False)):  # what was only printed counts least
        try:
            log = read(known, path)
            times = _times(path, [line.number for line in log.lines]) if len(spans) > 1 and log.lines else {}
        except OSError as error:
            unread = f"{path.name} could not be read: {error.strerror or error}"
            lost.append(Missing(unread) if getattr(known, "LAST_RESORT", False) else unread)  # a text may tell of a crash
            continue
        lost += log.lost
        for line in log.lines:
            found[_nearest(times.get(line.number, np.nan), spans)].lines.append(line)
        found[-1].hparams = with_more(found[-1].hparams, log.hparams)
    return found, lost


def failure_notes(lines: Iterable[Line]) -> list[str]:
    """A sentence for the first line of each kind that says why a training broke off, whatever its curves were like until then."""
    first = {line.kind: line for line in reversed(list(lines)) if line.kind in BROKE}
    return [
        f"the {'program' if line.after_end else 'training'} broke off, says {Path(line.path).name} line {line.number}: {line.text[:TOLD]}"
        for line in first.values()
    ]


def _times(path: Path, numbers: list[int]) -> dict[int, float]:
    """Line number to the time last stamped on it or above it, in seconds since the epoch, taken for this machine's local time."""
    times, last = {}, np.nan
    with opened(path) as file:
        for number, text in zip(range(1, max(numbers) + 1), file, strict=False):
            if stamp := STAMP.search(text[:200]):
                last = of_stamp(stamp)
            if number in numbers:
                times[number] = last
    return times


def _nearest(time: float, spans: Sequence[Span]) -> int:
    """Which training was logged nearest to a time; the last where that is not known."""
    apart = [max(began - time, time - ended, 0.0) for began, ended in spans]
    known = np.isfinite(time) and np.isfinite(apart).any()
    return min(range(len(spans)), key=lambda i: (apart[i], -i)) if known else len(spans) - 1
