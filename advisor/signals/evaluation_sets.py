"""Sets told by less than a word for what was measured: numbered, of which the first was by custom trained on, or named and no more."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import TRAIN, VAL, Meaning, meaning, spelled

TOTAL = "total"
FEW = 3  # points of a curve
NEAR, TIMES = 1.5, 3.0  # of the training loss's start, and of its own: a loss of validation, even one that rises
ALONE, FALL, UNEVEN = 25, 0.2, 0.1  # points; of its start; of its moves go up: a schedule, a temperature or a clock runs evenly
OF_AN_ERROR = re.compile(  # what is minimized, where nothing is called a loss
    r"^_(?:(?:avg|average|mean|total|sum|batch|epoch|network|net|squared|absolute|relative|rel|train|training)_)*"
    r"(?:errors?|err|rms|residual|sse|objective|distortion)_$"
)
ERRORS = 10  # points of an error that is taken for the loss
COPIED, MOST_DIGITS = 4, 8  # different values; decimal places
POLICY = re.compile(r"_(?:pol|pi)_loss_")
FIRST, SECOND = re.compile(r"^valid(?:ation)?_0\b"), re.compile(r"^valid(?:ation)?_1\b")


def first_as_training(among: Sequence[tuple[Meaning, Scalar]]) -> list[tuple[Meaning, Scalar]]:
    """The candidates; where all are of numbered sets, and there are two, those of the first as training's."""
    roles = {known.role for known, _ in among}
    numbered = all(any(pattern.match(curve.tag) for _, curve in among) for pattern in (FIRST, SECOND))
    if roles != {"val"} or not numbered:
        return list(among)
    return [(replace(known, role="train") if FIRST.match(curve.tag) else known, curve) for known, curve in among]


def by_letter(tags: Collection[str]) -> dict[str, str]:
    """The tags whose first letter tells the set, with their meaning in full: "val/loss" of v_loss, beside loss and other pairs, or t_loss.

    One v_loss beside a loss may be that of a value function, and so is val_loss beside the loss of a policy: its meaning is "".
    """
    rests = {tag[2:]: tag for tag in tags if tag[:2].lower() == "v_"}
    pairs = {tag: f"val/{rest}" for rest, tag in rests.items() if rest in tags}
    both = {f"t_{rest}": f"train/{rest}" for rest in rests if f"t_{rest}" in tags}
    both |= {rests[tag[2:]]: f"val/{tag[2:]}" for tag in both}
    found = (pairs if len(pairs) > 1 else {}) | both
    if any(POLICY.search(spelled(tag)) for tag in tags):
        found |= {tag: "" for tag in tags if spelled(tag) == "_val_loss_"}
    return found


def sets_alone(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags of training and, where there is one, of validation that name no quantity: "train: 2.31 | val: 2.4", or "total: 1.93".

    Empty where none is training's, or several are.
    """
    bare = {tag: said for tag in tags if (said := {*spelled(tag).strip("_").split("_")}) <= {*TRAIN, *VAL, TOTAL}}
    if any(said <= TRAIN for said in bare.values()):
        bare = {tag: said for tag, said in bare.items() if TOTAL not in said}  # of training and validation together
    train = [tag for tag, said in bare.items() if not said & {*VAL}]
    val = [tag for tag in bare if tag not in train]
    return (*train, *val) if len(train) == 1 >= len(val) else ()


def named_by_set_alone(scalars: Mapping[str, Scalar]) -> list[tuple[Meaning, Scalar]]:
    """What was logged under the names of the sets alone, as losses.

    Only what ended no higher than it began, and is no share, as scores are, unless it is called a total.
    """
    curves = [scalars[tag] for tag in sets_alone(scalars) if len(scalars[tag].finite())]
    if not curves or len(curves[0].finite()) < FEW or not all(map(_may_be_a_loss, curves)):
        return []
    return [(Meaning("loss", role), curve) for role, curve in zip(("train", "val"), curves, strict=False)]


def validation_beside(loss: Scalar, scalars: Mapping[str, Scalar]) -> Scalar | None:
    """What is named by its set alone beside a training loss, begins as that does and is no share: "loss 2.31 val 2.40"."""
    bare = [curve for tag, curve in scalars.items() if {*spelled(tag).strip("_").split("_")} <= {*VAL} and len(curve.finite()) >= FEW]
    ours = loss.finite().values
    if len(bare) != 1 or not len(ours):
        return None
    values = bare[0].finite().values
    few = max(1, len(values) // 10)
    start, end, own = (float(np.median(part)) for part in (values[:few], values[-few:], ours[: max(1, len(ours) // 10)]))
    alike = 0 < own / NEAR < start < own * NEAR and end <= TIMES * start
    return bare[0] if alike and values.max() > 1 and bool((values % 1).any()) else None


def _may_be_a_loss(curve: Scalar) -> bool:
    """Whether it moves as a loss does and a score, a count or a clock does not."""
    values = curve.finite().values
    few = max(1, len(values) // 10)
    share = 0 <= values.min() <= values.max() <= 1 and TOTAL not in spelled(curve.tag)
    return not share and bool((values % 1).any()) and float(np.median(values[-few:])) <= float(np.median(values[:few]))


def only_curve(scalars: Mapping[str, Scalar]) -> list[tuple[Meaning, Scalar]]:
    """The one curve as a training loss: positive, not within 0 and 1 as shares and settings are, and unevenly falling; empty otherwise."""
    curves = [curve for tag, curve in scalars.items() if not of_a_probe(tag)]
    if len(curves) != 1 or len(values := curves[0].finite().values) < ALONE or values.min() <= 0 or values.max() <= 1:
        return []
    few, moves = len(values) // 10, np.diff(values)
    fell = np.median(values[-few:]) <= (1 - FALL) * np.median(values[:few])
    uneven = (moves > 0).mean() >= UNEVEN and bool((values % 1).any())
    return [(Meaning("loss", "train"), curves[0])] if fell and uneven else []


def only_error(scalars: Mapping[str, Scalar]) -> list[tuple[Meaning, Scalar]]:
    """The one curve that is called an error as a training loss, where it fell and was never below 0; empty otherwise."""
    errors = [curve for tag, curve in scalars.items() if OF_AN_ERROR.match(spelled(tag))]
    values = errors[0].finite().values if len(errors) == 1 else np.zeros(0)
    if len(values) < ERRORS or values.min() < 0 or not (values % 1).any():
        return []
    few = max(1, len(values) // 10)
    fell = np.median(values[-few:]) <= (1 - FALL) * np.median(values[:few])
    return [(Meaning("loss", "train"), errors[0])] if fell else []


def without_a_copy_of_validation(found: dict[str, Scalar]) -> dict[str, Scalar]:
    """The signals without a training loss that does not say so and is, digit for digit, the validation loss printed once more."""
    train, val = found.get("train_loss"), found.get("val_loss")
    if train is None or val is None or (said := meaning(train.tag)) is None or said.role or not np.array_equal(train.steps, val.steps):
        return found
    digits = next((n for n in range(MOST_DIGITS) if np.array_equal(np.round(val.values, n), val.values)), None)
    if (
        digits is None
        or len(np.unique(val.values)) < COPIED
        or not np.allclose(np.round(train.values, digits), val.values, rtol=0, atol=1e-9)
    ):
        return found
    return {name: curve for name, curve in found.items() if name != "train_loss"} | {"val_loss": train}
