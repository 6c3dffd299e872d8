"""TensorBoard's two kinds of histogram, as edges and counts."""

import struct

import numpy as np

from advisor.reading.tfevents.tensors import packed
from advisor.reading.tfevents.wire import BYTES, FIXED64, Span, fields

MIN, MAX, LIMITS, COUNTS = 1, 2, 6, 7  # fields of a HistogramProto


def of_histo(data: bytes, span: Span) -> tuple[np.ndarray, np.ndarray]:
    """Edges, shape (b + 1,), and counts, shape (b,), of a HistogramProto, without the empty buckets at both ends.

    Its outermost limits may be ±1.8e308: the smallest and largest value stand for them. One edge and no counts where it holds nothing.
    """
    spans: dict[int, list[Span]] = {LIMITS: [], COUNTS: []}
    ends = {MIN: 0.0, MAX: 0.0}
    for number, kind, a, b in fields(data, *span):
        if number in ends and kind == FIXED64:
            [ends[number]] = struct.unpack_from("<d", data, a)
        elif number in spans and kind in (FIXED64, BYTES):
            spans[number].append((a, b))
    limits, counts = (packed(data, found, "<f8") for found in spans.values())
    edges = np.concatenate([[ends[MIN]], limits[:-1], [ends[MAX]]])
    return _between_its_ends(np.minimum(np.maximum(edges, ends[MIN]), max(ends.values())), counts)


def of_table(table: np.ndarray | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Edges, shape (b + 1,), and counts, shape (b,), of b rows (left, right, count), given flat; None where they are something else."""
    if table is None or not table.size or table.size % 3:
        return None
    left, right, counts = table.reshape(-1, 3).T.astype(float)
    return _between_its_ends(np.append(left, right[-1]), counts)


def _between_its_ends(edges: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same without the empty buckets at both ends."""
    held = counts.nonzero()[0]
    if len(edges) != len(counts) + 1 or not len(held):
        return np.zeros(1), np.zeros(0)
    return edges[held[0] : held[-1] + 2], counts[held[0] : held[-1] + 1].copy()  # of its own: not a view that keeps all the bytes
