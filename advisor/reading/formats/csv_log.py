"""CSV logs: Lightning's metrics.csv, YOLO's results.csv, progress.csv, summary.csv, history.csv, Keras' training.log, and others."""

import re
from dataclasses import replace
from pathlib import Path

from advisor.reading.formats import dvclive
from advisor.reading.log import Log
from advisor.reading.storage.growing_lines import head
from advisor.reading.tables import csv_rows
from advisor.reading.tables.cells import SPACES
from advisor.reading.tables.file_names import said_by
from advisor.reading.tables.header import Header
from advisor.reading.tables.preamble import header_at
from advisor.reading.tables.step_axis import is_history
from advisor.signals.evaluation_sets import sets_alone
from advisor.signals.tags import SPLITS, TRAIN_SPLIT, meaning, spelled

NAME = "csv"
BESIDE = False
SUFFIXES = {".csv", ".tsv", ".log", ".txt", ".out", ".dat", ".train", ".test"}  # the last two as Caffe's parser writes
TABLES = {".csv", ".tsv"}  # of the others any may be a text of no interest, and none is missed where it cannot be read
SETS = {"learn_error": "learn", "test_error": "test"}  # CatBoost's files, a row a round
WORD = re.compile(r"[A-Za-z]+")
EXPORT = ["Wall time", "Step", "Value"]  # what TensorBoard's download button writes; the tag stands in the file's name


def sniff(path: Path) -> bool:
    """A header that counts steps and names an objective, and rows that count upwards: never somebody's data.

    Or a header of losses and scores alone, over numbers; and where spaces part the columns, numbers too. In a file that is named by a loss
    the sets will do for the names of its columns.
    """
    if path.suffix.lower() not in SUFFIXES or not path.is_file() or dvclive.sniff(path):
        return False
    try:
        lines = head(path)
        at = header_at(lines)
        first, rows = (lines[at], lines[at + 1 :]) if at >= 0 else ("", [])
    except OSError:
        if path.suffix.lower() in TABLES:
            raise
        return False
    header = Header(first, next((row for row in rows if row.strip() and not row.startswith("#")), ""))
    of_losses = (said := meaning(said_by(path.stem))) is not None and said.quantity == "loss"
    if of_losses and sets_alone(header.names):
        return header.all_numbers(rows) and header.counts_in(rows)
    if header.separator == SPACES or not (header.is_of_a_log or header.names == EXPORT):
        history = header.is_of_a_history(rows, of_losses) or says_itself(path, header)
        return (header.is_of_a_log or history) and header.all_numbers(rows) and header.counts_in(rows)
    return header.counts_in(rows)


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every number of every column but the one that counts; an empty cell was not logged.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    exported = Header(next(iter(head(path)), "")).names == EXPORT
    log = csv_rows.read(path, earlier, path.stem.rpartition("-tag-")[2] if exported else "")
    name = "" if exported else set_of(path)
    return under(name, log) if name else log


def says_itself(path: Path, header: Header) -> bool:
    """Whether its only column is a loss or a score that the file is named by, "loss" in loss_curve.csv."""
    named = {spelled(path.stem), spelled(said_by(path.stem))}
    return len(header.names) == 1 and is_history(header.names, in_order=True) and spelled(header.names[0]) in named


def set_of(path: Path) -> str:
    """What the file's name says of which set it is, where one of another set and of the same columns lies beside it; else ""."""
    if path.stem in SETS:
        return SETS[path.stem] if all(path.with_stem(other).is_file() for other in SETS) else ""
    for word in WORD.finditer(path.stem):
        if (mine := word[0].lower()) in TRAIN_SPLIT:
            return ""  # what says no set is of training
        if mine in SPLITS:
            stems = (path.stem[: word.start()] + other + path.stem[word.end() :] for other in sorted(SPLITS - {mine}))
            return mine if any(alike(path, path.with_stem(stem)) for stem in stems) else ""
    return ""


def alike(path: Path, other: Path) -> bool:
    """Whether another file begins with the same line."""
    return other.is_file() and next(iter(head(other)), None) == next(iter(head(path)), "")


def under(name: str, log: Log) -> Log:
    """The log with every tag under this name: another file beside it has the same columns of another set."""
    return replace(log, scalars={f"{name}/{tag}": replace(s, tag=f"{name}/{tag}") for tag, s in log.scalars.items()})
