"""Losses and their parts: a detector minimizes the sum of some; a price on weights is what one holds beside the error logged with it."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.tags import Meaning, meaning, spelled

PARTS = {"box", "obj", "cls", "dfl", "seg", "sem", "pose", "kobj", "rle", "angle", "iou", "giou"}  # YOLO's, each logged with its weight
ERROR = re.compile(r"_(?:mse|mean_squared_error)_")
SHARES = re.compile(r"_(?:\w+_)?(?:acc|accuracy|auc|precision|recall|f1)_")  # beside a classifier's loss, squares are a score of their own
MOSTLY, TIMES, ALIKE = 0.9, 5.0, 0.03  # of the points; times the error; of the penalty


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


def penalty(scalars: Mapping[str, Scalar], train_loss: Scalar | None, val_loss: Scalar | None) -> Scalar | None:
    """The training loss less the squared error of training; None where that is not known to be a penalty.

    It is one where it is the same in training and in validation, as what weights alone make is, and many times the error, squared or not:
    a loss that is another measure of the error has no such rest.
    """
    if train_loss is None or val_loss is None or any(SHARES.search(spelled(tag)) for tag in scalars):
        return None
    beside = [rest_beside(scalars, loss, role) for loss, role in ((train_loss, "train"), (val_loss, "val"))]
    if beside[0] is None or beside[1] is None or len(beside[0]) != len(beside[1]):
        return None
    ours, its = beside[0].values, beside[1].values
    same = np.abs(ours - its) <= ALIKE * np.abs(ours)
    return beside[0] if same.mean() >= MOSTLY else None


def rest_beside(scalars: Mapping[str, Scalar], loss: Scalar, role: str) -> Scalar | None:
    """The loss of training or validation less the squared error at the same steps; None where none is far below it."""
    for tag, curve in scalars.items():
        known, name = meaning(tag), spelled(tag)
        of_validation = known is not None and known.role == "val"
        if not ERROR.search(name) or of_validation != (role == "val") or not np.array_equal(curve.steps, loss.steps):
            continue
        error = np.maximum(curve.values, np.sqrt(np.abs(curve.values)))
        if len(curve) and (loss.values > TIMES * error).mean() >= MOSTLY:
            return Scalar(loss.steps, loss.values - curve.values, loss.wall, f"{loss.tag} - {tag}")
    return None
