"""TensorBoard's two kinds of histogram, as edges and counts."""

import numpy as np

from advisor.tfevents.tensors import packed
from advisor.tfevents.wire import BYTES, FIXED64, Span, fields

MIN, MAX, LIMITS, COUNTS = 1, 2, 6, 7  # fields of a HistogramProto


def of_histo(data: bytes, span: Span) -> tuple[np.ndarray, np.ndarray]:
    """Edges and counts of a HistogramProto, whose outermost limits may be ±1.8e308: the smallest and largest value stand for them."""
    spans: dict[int, list[Span]] = {MIN: [], MAX: [], LIMITS: [], COUNTS: []}
    for number, kind, a, b in fields(data, *span):
        if number in spans and (kind == FIXED64 or (kind == BYTES and number in (LIMITS, COUNTS))):
            spans[number].append((a, b))
    least, most, limits, counts = (packed(data, spans[number], "<f8") for number in spans)
    low, high = (float(ends[-1]) if len(ends) else 0.0 for ends in (least, most))
    edges = np.concatenate([[low], limits[:-1], [high]])
    return _between_its_ends(np.clip(edges, low, max(low, high)), counts)


def of_table(table: np.ndarray | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Edges and counts of rows (left, right, count), flat; None where they are something else."""
    if table is None or not table.size or table.size % 3:
        return None
    left, right, counts = table.reshape(-1, 3).T.astype(float)
    return _between_its_ends(np.append(left, right[-1]), counts)


def _between_its_ends(edges: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same without the empty buckets at both ends."""
    held = np.flatnonzero(counts)
    if len(edges) != len(counts) + 1 or not len(held):
        return np.zeros(1), np.zeros(0)
    return edges[held[0] : held[-1] + 2], counts[held[0] : held[-1] + 1]
