"""The curves of an event file: those an earlier read gave, with what the file said since."""

from collections.abc import Mapping
from itertools import islice

import numpy as np

from advisor.reading.tfevents.book import Book
from advisor.reading.tfevents.events import MOST as EVENT
from advisor.scalar import Histogram, Scalar, scalar

PLACEHOLDER = "hp_metric"  # Lightning logs -1 under this name to give its hyperparameters a row; it is not a measurement
MOST = 50_000  # curves of one file; one with more calls the same thing by another name each time


def grown_scalars(before: Mapping[str, Scalar], book: Book) -> dict[str, Scalar]:
    """Every curve."""
    fresh = {book.tags.names[tag]: columns for tag, columns in book.scalars.curves()}
    scalars: dict[str, Scalar] = {}
    for tag in islice({**before, **fresh}, MOST):
        columns = fresh.pop(tag, None)
        if tag in before:
            kept = _as_logged(before[tag], book.purged_from)
            columns = [np.concatenate(pair) for pair in zip(kept, columns, strict=True)] if columns else kept
        steps, values, walls = columns or [np.zeros(0)] * 3
        if len(steps) and tag.split("/")[-1] != PLACEHOLDER:
            scalars[tag] = scalar(steps, values, walls, tag)
    return scalars


def _as_logged(curve: Scalar, purged_from: int | None) -> list[np.ndarray]:
    """Steps, values and walls in the order of the file, below the step from which they were replaced."""
    columns = [curve.steps, curve.values, curve.wall]
    if curve.order is not None:
        columns = [column[np.argsort(curve.order)] for column in columns]
    return columns if purged_from is None else [column[columns[0] < purged_from] for column in columns]


def grown_histograms(before: Mapping[str, Histogram], book: Book) -> dict[str, Histogram]:
    """Every histogram, its distributions in order of steps."""
    limit = np.inf if book.purged_from is None else book.purged_from
    grown = {tag: histogram[histogram.steps < limit] for tag, histogram in before.items()}
    for number, (steps, places, walls) in islice(book.histograms.curves(), MOST):
        tag = book.tags.names[number]
        edges, counts = zip(*(book.tables[int(place)] for place in places), strict=True)
        fresh = Histogram(steps, edges, counts, walls, tag)[np.argsort(steps, kind="stable")]
        grown[tag] = grown[tag].then(fresh) if tag in grown else fresh
    return {tag: histogram for tag, histogram in grown.items() if len(histogram)}


def passed_over(name: str, book: Book) -> list[str]:
    """A sentence where a file, `name`, names more curves than are read, or one of its events holds more values."""
    many = "holds more than" if book.cut_short else "names more than" if len(book.tags.names) > MOST else ""
    what = f"{EVENT:,} values in one event" if book.cut_short else f"{MOST:,} curves"
    return [f"{name} {many} {what}: the first were read"] * bool(many)
