"""The curves of an event file: those an earlier read gave, with what the file said since."""

from collections.abc import Mapping

import numpy as np

from advisor.scalar import Histogram, Scalar, scalar
from advisor.tfevents.book import Book

PLACEHOLDER = "hp_metric"  # Lightning logs -1 under this name to give its hyperparameters a row; it is not a measurement

Orders = dict[str, np.ndarray]


def grown_scalars(before: Mapping[str, Scalar], orders: Mapping[str, np.ndarray], book: Book) -> tuple[dict[str, Scalar], Orders]:
    """Every curve, and for those whose steps fall back the place in the file of each of its points."""
    fresh = {book.tags.names[tag]: columns for tag, columns in book.scalars.curves()}
    scalars: dict[str, Scalar] = {}
    fallen: Orders = {}
    for tag in {**before, **fresh}:
        columns = fresh.pop(tag, None)
        if tag in before:
            kept = _as_logged(before[tag], orders.get(tag), book.purged_from)
            columns = [np.concatenate(pair) for pair in zip(kept, columns, strict=True)] if columns else kept
        steps, values, walls = columns or [np.zeros(0)] * 3
        if len(steps) and tag.split("/")[-1] != PLACEHOLDER:
            scalars[tag] = scalar(steps, values, walls, tag)
            if (steps[1:] < steps[:-1]).any():
                fallen[tag] = np.argsort(steps, kind="stable")
    return scalars, fallen


def _as_logged(curve: Scalar, order: np.ndarray | None, purged_from: int | None) -> list[np.ndarray]:
    """Steps, values and walls in the order of the file, below the step from which they were replaced."""
    columns = [curve.steps, curve.values, curve.wall]
    if order is not None:
        places = np.argsort(order)
        columns = [column[places] for column in columns]
    return columns if purged_from is None else [column[columns[0] < purged_from] for column in columns]


def grown_histograms(before: Mapping[str, Histogram], book: Book) -> dict[str, Histogram]:
    """Every histogram, its distributions in order of steps."""
    limit = np.inf if book.purged_from is None else book.purged_from
    rows: dict[str, list[tuple]] = {}
    for tag, histogram in before.items():
        columns = zip(histogram.steps.tolist(), histogram.edges, histogram.counts, histogram.wall.tolist(), strict=True)
        rows[tag] = [row for row in columns if row[0] < limit]
    for tag, (steps, places, walls) in ((book.tags.names[tag], columns) for tag, columns in book.histograms.curves()):
        tables = [book.tables[int(place)] for place in places]
        rows.setdefault(tag, []).extend(
            (step, *table, wall) for step, table, wall in zip(steps.tolist(), tables, walls.tolist(), strict=True)
        )
    return {tag: _histogram(tag, found) for tag, found in rows.items() if found}


def _histogram(tag: str, rows: list[tuple]) -> Histogram:
    steps, edges, counts, wall = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return Histogram(np.array(steps, np.int64), edges, counts, np.array(wall, float), tag)
