"""DeepXDE's loss.dat: after the step the terms of the training loss, those of the test loss, and the metrics, under one name each."""

from pathlib import Path

import numpy as np

from advisor.reading.log import Log
from advisor.reading.storage.growing_lines import head
from advisor.reading.storage.text_file import whole_text
from advisor.scalar import Scalar, scalar

NAME = "loss-terms"
BESIDE = False
HEADER = "# step, loss_train, loss_test, metrics_test"
GROUPS = ("loss_train", "loss_test", "metrics_test")


def sniff(path: Path) -> bool:
    """The header that it writes."""
    return path.suffix.lower() in (".dat", ".txt") and path.is_file() and next(iter(head(path)), "").strip() == HEADER


def read(path: Path, earlier: Log | None = None) -> Log:
    """Both losses as the sums of their terms, and each of several terms and metrics by itself.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    rows, odd = _rows(whole_text(path).splitlines()[1:])
    if not len(rows):
        return Log(path)
    steps, values = rows[:, 0], rows[:, 1:]
    terms = _terms(values)
    train, test, metrics = np.split(values, [terms, 2 * terms], axis=1)
    curves = [scalar(steps, part.sum(axis=1), tag=name) for name, part in zip(GROUPS, (train, test), strict=False)]
    for name, part in zip(GROUPS, (train, test, metrics), strict=True):
        curves += _each(steps, part, name) if part.shape[1] > 1 or name not in GROUPS[:2] else []
    lost = f"{path.name}: {odd} lines have other columns than the first and were not used"
    return Log(path, {curve.tag: curve for curve in curves}, lost=(lost,) * bool(odd))


def _rows(lines: list[str]) -> tuple[np.ndarray, int]:
    """The numbers of the lines that have as many as the first, at least three, shape (n, columns), and how many other lines there are."""
    found: list[list[float]] = []
    odd = 0
    for cells in filter(None, map(str.split, lines)):
        try:
            row = [float(cell) for cell in cells]
        except ValueError:
            row = []
        if len(row) >= len(GROUPS) and np.isfinite(row[0]) and (not found or len(row) == len(found[0])):
            found.append(row)
        else:
            odd += 1
    return np.array(found), odd


def _terms(values: np.ndarray) -> int:
    """How many terms a loss has, by columns of shape (n, columns): where both losses are likest, all else being metrics."""
    first = np.log(np.abs(values[: len(GROUPS)]) + np.finfo(float).tiny)
    apart = {k: float(np.abs(first[:, :k] - first[:, k : 2 * k]).mean()) for k in range(values.shape[1] // 2, 0, -1)}
    return min(apart, key=apart.__getitem__)


def _each(steps: np.ndarray, part: np.ndarray, name: str) -> list[Scalar]:
    """Each column of a group, shape (n, k), by its number."""
    return [scalar(steps, values, tag=f"{name}/term {i}") for i, values in enumerate(part.T)]
