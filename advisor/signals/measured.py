"""Signals that are neither loss nor score: rates, norms, times, memory, and what a model is given."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.layers import WHOLE
from advisor.signals.tags import GRADIENT, Meaning, words

MEASURED = (
    "lr", "grad_norm", "step_time", "data_time", "throughput", "memory", "epoch", "loss_scale",
    "update_ratio", "input_mean", "input_std",
)  # fmt: skip
UPDATED = set(words("update updates weight weights param params parameters to data ratio ratios norm norms log10"))
SAME = 0.1  # of a learning rate: groups nearer than this train at one
FEW = 5  # a curve with fewer points gives way to a longer one, whatever their names

Candidate = tuple[Meaning, Scalar]


def measured(quantity: str, candidates: Mapping[str, list[Candidate]]) -> dict[str, Scalar]:
    """What is neither loss nor score, where it was logged: what validation logged is left out."""
    among = [c for c in candidates.get(quantity, []) if c[0].role != "val" and _is_whole(c)]
    first = _of_groups(among) if quantity == "lr" else lambda c: len(c[1]) < FEW
    best = min(among, key=lambda c: (first(c), len(c[0].extra), -len(c[1])), default=None)
    if best is None:
        return {}
    if quantity == "update_ratio" and len(v := best[1].finite().values) and (v < 0).all():
        best = (best[0], replace(best[1], values=10.0 ** best[1].values))  # a logarithm
    in_ms = quantity.endswith("_time") and "ms" in words(best[1].tag)
    return {quantity: replace(best[1], values=best[1].values / 1000) if in_ms else best[1]}


def _is_whole(candidate: Candidate) -> bool:
    """Not the norm of one layer's gradient, and not a clock where a duration was looked for."""
    known, curve = candidate
    if known.quantity in ("grad_norm", "update_ratio"):
        return set(known.extra) <= WHOLE | GRADIENT | UPDATED
    ends = curve.values[np.isfinite(curve.values)]
    is_clock = len(ends) >= FEW and bool((np.diff(ends) >= 0).all()) and ends[-1] > 3 * abs(ends[0])
    return not (known.quantity == "step_time" and is_clock)


def _of_groups(rates: list[Candidate]) -> Callable[[Candidate], tuple]:
    """What comes first among learning rates: of parameter groups that were logged together the one that most of them share."""
    peaks = [(len(c), float(np.nanmax(c.values, initial=0.0))) for _, c in rates]

    def key(candidate: Candidate) -> tuple:
        n, peak = len(candidate[1]), float(np.nanmax(candidate[1].values, initial=0.0))
        return -sum(n == other and abs(peak - its) <= SAME * peak for other, its in peaks), _group(candidate[1].tag)

    return key


def _group(tag: str) -> int:
    """The number of a learning rate's parameter group."""
    numbers = re.findall(r"\d+", tag)
    return int(numbers[-1]) if numbers else 0
