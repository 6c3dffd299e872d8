"""Losses logged in parts: what a detector minimizes is their sum."""

from dataclasses import replace

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.tags import Meaning

PARTS = {"box", "obj", "cls", "dfl", "seg", "sem", "pose", "kobj", "rle", "angle", "iou", "giou"}  # YOLO's, each logged with its weight


def summed_loss(best: tuple[Meaning, Scalar], among: list[tuple[Meaning, Scalar]]) -> Scalar:
    """The loss that `best` is a part of, under the tags of all parts; itself where it is none, or was logged at other steps than they."""
    known, curve = best
    parts = [c for other, c in among if _is_part(other) and other.role == known.role and _place(c) == _place(curve)]
    if not _is_part(known) or not all(np.array_equal(part.steps, curve.steps) for part in parts):
        return curve
    parts.sort(key=lambda part: part.tag)
    return replace(curve, values=np.sum([part.values for part in parts], axis=0), tag=" + ".join(part.tag for part in parts))


def _is_part(known: Meaning) -> bool:
    return known.quantity == "loss" and len(known.extra) == 1 and known.extra[0] in PARTS


def _place(curve: Scalar) -> str:
    return curve.tag.rpartition("/")[0]
