"""A table that counts epochs or steps and names no loss: what its columns are is asked for."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from advisor.reading.log import Log
from advisor.reading.storage.growing_lines import head
from advisor.reading.tables import csv_rows
from advisor.reading.tables.header import Header
from advisor.reading.tables.preamble import header_at
from advisor.reading.tables.step_axis import counters, plain
from advisor.scalar import Scalar
from advisor.signals.tags import meaning

NAME = "table"
BESIDE = True
LAST_RESORT = True  # it is asked for only where no other log gave any curve
SUFFIXES = {".csv", ".tsv"}
OF_TRAININGS = {
    "epoch",
    "ep",
    "iteration",
    "iterations",
    "iter",
    "n_iter",
    "num_iters",
    "step",
    "steps",
    "global_step",
    "train_step",
    "training_step",
}
FEW = 10  # points
DIFFERENT = 3  # values


def sniff(path: Path) -> bool:
    """A column that counts what trainings count, and numbers beside it."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    lines = head(path)
    if (at := header_at(lines)) < 0:
        return False
    header, rows = Header(lines[at], next(iter(lines[at + 1 :]), "")), lines[at + 1 :]
    counted = any(plain(name) in OF_TRAININGS for name in counters(header.names))
    return counted and len(rows) >= FEW and header.counts_in(rows) and header.all_numbers(rows)


def read(path: Path, earlier: Log | None = None) -> Log:
    """No curve for sure; those that may be a training's, by their names.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    log = csv_rows.read(path, None)
    return replace(log, scalars={}, unsure={tag: curve for tag, curve in log.scalars.items() if _may_be_a_curve(curve)})


def _may_be_a_curve(curve: Scalar) -> bool:
    """Whether these many points may be measurements of a training: no counts, and nothing that stays as it is."""
    values = curve.finite().values
    return len(values) >= FEW and meaning(curve.tag) is None and bool(len(np.unique(values)) >= DIFFERENT and (values % 1).any())
