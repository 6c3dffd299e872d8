"""Which of the tags that were logged is which signal."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from advisor.scalar import Histogram, Scalar
from advisor.signals import layers
from advisor.signals.evaluation_sets import first_as_training, named_by_set_alone
from advisor.signals.layers import WHOLE
from advisor.signals.loss_parts import summed_loss
from advisor.signals.penalty import penalty
from advisor.signals.probe_tags import of_a_probe, sanity_check
from advisor.signals.tags import GRADIENT, Meaning, meaning, spelled, words
from advisor.signals.users_tags import by_tag
from advisor.signals.vocabulary import LAYERED

MEASURED = (
    "lr", "grad_norm", "step_time", "data_time", "throughput", "memory", "epoch", "loss_scale",
    "update_ratio", "input_mean", "input_std",
)  # fmt: skip
UPDATED = set(words("update updates weight weights param params parameters to data ratio ratios norm norms log10"))
SAME = 0.1  # of a learning rate: groups nearer than this train at one
HANDFUL = 10  # points of a training that are few; so many times as many are its steps
FEW = 5  # a curve with fewer points gives way to a longer one, whatever their names

# Runs whose losses are parts of a game or of a moving target: they may rise in a healthy run, so none is the training loss.
REINFORCED = re.compile(
    r"_(?:rollout|episode|episodic|ep_rew\w*|reward)_|_(?:policy|actor|critic|surrogate|value_function|td|pg|qf\d*)_(?:\w+_)?loss_"
    r"|_loss(?:es)?_(?:\w+_)?(?:policy|actor|critic|surrogate|value_function)_"
)
ADVERSARIAL = re.compile(
    r"_(?:generator|discriminator|gen|disc|adv|adversarial|d|g)_(?:\w+_)?loss_|_loss(?:es)?_(?:\w+_)?(?:generator|discriminator|gen|disc|adv|d|g)_"
)
Candidate = tuple[Meaning, Scalar]


def resolve(scalars: Mapping[str, Scalar], histograms: Mapping[str, Histogram], tags: Mapping[str, str]) -> dict[str, Any]:
    """Every signal that these curves tell, by its name; `tags`, from signal to tag, is the user's word and wins.

    Raises
    ------
    AdvisorError
        `tags` names a signal there is none of, or a tag that was not logged.
    """
    candidates: dict[str, list[Candidate]] = {}
    for tag, curve in scalars.items():
        known = None if of_a_probe(tag) else meaning(tag)
        if known and len(curve):
            candidates.setdefault(known.quantity, []).append((known, curve))
    if "loss" not in candidates and (bare := named_by_set_alone(scalars)):
        candidates["loss"] = bare
    found: dict[str, Any] = {**_objectives(scalars, candidates), **_measured(candidates)}
    for signal, tag in tags.items():
        found[signal] = by_tag(signal, tag, scalars)
    if (price := penalty(scalars, found.get("train_loss"), found.get("val_loss"))) is not None:
        found.setdefault("penalty", price)
    found |= {name: getattr(layers, name)(scalars, histograms) for name in LAYERED}
    if "update_ratio" not in found and (middle := layers.median_layer(found["layer_updates"])) is not None:
        found["update_ratio"] = middle
    return found | {"sanity_check": sanity_check(scalars)}


def _objectives(scalars: Mapping[str, Scalar], candidates: dict[str, list[Candidate]]) -> dict[str, Scalar]:
    """Losses and scores: the plainest name first, and for validation the name most like the training's."""
    tags = [spelled(tag) for tag in scalars if not of_a_probe(tag)]
    reinforced = any(REINFORCED.search(tag) for tag in tags)
    hidden = {"loss"} if any(ADVERSARIAL.search(tag) for tag in tags) else set()
    found: dict[str, Scalar] = {}
    for quantity in {"loss", "accuracy"} - hidden if not reinforced else ():
        among = first_as_training(candidates.get(quantity, []))
        mine = [c for c in among if c[0].role == "train" or (not c[0].role and not _measured_on_val(c[0]))]
        best = min(mine, key=_plainness, default=None)
        if best:
            best = _in_steps(best, mine)
            found[f"train_{quantity}"] = summed_loss(best, mine)
        others = [c for c in among if c[0].role == "val" or (not c[0].role and _measured_on_val(c[0]))]
        if other := min(others, key=_likeness(best), default=None):
            found[f"val_{quantity}"] = summed_loss(other, others)
    return _with_score_of_validation(found)


def _plainness(candidate: Candidate) -> tuple:
    """What comes first among the curves of training: a constant is a setting, and a total is more than its parts."""
    known, curve = candidate
    said = set(words(curve.tag))
    dressed = "total" not in said, bool(said & {"smooth", "smoothed"})
    return len(curve) < FEW, _is_constant(curve), known.rank, len(known.extra), known.role != "train", *dressed, -len(curve)


def _in_steps(best: Candidate, mine: list[Candidate]) -> Candidate:
    """The same quantity in many more points over the same steps, where of the plainest name a handful of means was logged."""
    known, means = best
    if len(means) >= HANDFUL or not np.isfinite(means.values).all():
        return best
    low, high = means.values.min(), means.values.max()
    for other, curve in mine:
        same = (other.rank, other.extra) == (known.rank, known.extra) and len(curve) >= HANDFUL * len(means)
        if same and abs(curve.steps[-1] - means.steps[-1]) * HANDFUL <= means.steps[-1]:
            values = curve.finite().values
            if len(values) and values.min() <= low and high <= values.max():
                return other, curve
    return best


def _is_constant(curve: Scalar) -> bool:
    return len(curve) >= FEW and bool((curve.values == curve.values[0]).all())


def _with_score_of_validation(found: dict[str, Scalar]) -> dict[str, Scalar]:
    """The score that does not say of what it is, as validation's, where it was logged with the validation loss and not with the training's.

    Where all were logged together it is validation's too, if the losses say of what they are: then training's score would say so.
    """
    score, train, val = found.get("train_accuracy"), found.get("train_loss"), found.get("val_loss")
    if score is None or train is None or val is None or "val_accuracy" in found or (said := meaning(score.tag)) is None or said.role:
        return found
    told = (meaning(train.tag) or said).role == "train" and (meaning(val.tag) or said).role == "val"
    apart = not np.array_equal(train.steps, score.steps)
    if np.array_equal(val.steps, score.steps) and (apart or told):
        found["val_accuracy"] = found.pop("train_accuracy")
    return found


def _measured_on_val(known: Meaning) -> bool:
    """Whether a score that does not say on what it was measured is one only ever measured in validation, like mAP or BLEU."""
    return known.quantity == "accuracy" and known.rank in (1, 3)


def _likeness(best: Candidate | None) -> Callable[[Candidate], tuple]:
    rank, extra = (best[0].rank, set(best[0].extra)) if best else (0, set())
    return lambda c: (
        len(c[1]) < 3,
        c[0].rank != rank,
        c[0].rank,
        len(extra ^ set(c[0].extra)),
        len(c[0].extra),
        c[0].split,
        "step" in words(c[1].tag),
        -len(c[1]),
        len(c[1].tag),
    )


def _measured(candidates: dict[str, list[Candidate]]) -> dict[str, Scalar]:
    """Everything but losses and scores: what validation logged is left out."""
    found: dict[str, Scalar] = {}
    for quantity in MEASURED:
        among = [c for c in candidates.get(quantity, []) if c[0].role != "val" and _is_whole(c)]
        first = _of_groups(among) if quantity == "lr" else lambda c: len(c[1]) < FEW
        if best := min(among, key=lambda c: (first(c), len(c[0].extra), -len(c[1])), default=None):
            if quantity == "update_ratio" and len(v := best[1].finite().values) and (v < 0).all():
                best = (best[0], replace(best[1], values=10.0 ** best[1].values))  # a logarithm
            in_ms = quantity.endswith("_time") and "ms" in words(best[1].tag)
            found[quantity] = replace(best[1], values=best[1].values / 1000) if in_ms else best[1]
    return found


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
