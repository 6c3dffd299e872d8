"""Folders of labelled runs: labels.csv, and below strangers/ and planted/ a folder for each of its rows."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.calibrate.abroad.labels import Label, label
from advisor.errors import AdvisorError
from advisor.reading.runs import list_logs, read_group
from advisor.run import Run

LABELS = "labels.csv"
PLANTED = "planted"  # a set, and the folder its runs lie in; those of all other sets lie in strangers/
STRANGERS = "strangers"


@dataclass(frozen=True, eq=False)
class Stranger:
    """A labelled folder and the runs in it, those among them that could not be read; `fresh` if no rule was made with it in view."""

    label: Label
    runs: Sequence[Run]
    fresh: bool = False


def labelled_set(root: Path, fresh: bool = False) -> Iterator[Stranger]:
    """Every row of a set's labels.csv whose folder is there.

    A source is named by its set's folder too, for the neutral numbers of two sets name different people.
    """
    with (root / LABELS).open(encoding="utf-8", newline="") as table:
        known = [label(row) for row in csv.DictReader(table)]
    for said in known:
        folder = root / (PLANTED if said.set == PLANTED else STRANGERS) / said.id
        if folder.exists():
            yield Stranger(replace(said, source=f"{root.resolve().name}/{said.source}"), readable(folder), fresh)


def readable(folder: Path) -> list[Run]:
    """Every run below a folder, with those that could not be read; none where there is no log at all."""
    try:
        return [run for unit in list_logs(folder).groups for run in read_group(unit, {})]
    except AdvisorError:
        return []
