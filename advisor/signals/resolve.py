"""Which of the tags that were logged is which signal."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from advisor.faults import Fault, contained
from advisor.scalar import Histogram, Scalar
from advisor.signals import layers
from advisor.signals.evaluation_sets import (
    by_letter,
    first_as_training,
    named_by_set_alone,
    only_curve,
    only_error,
    validation_beside,
    without_a_copy_of_validation,
)
from advisor.signals.games.played import PLAYED, played
from advisor.signals.loss_parts import penalty, summed_loss
from advisor.signals.measured import FEW, MEASURED, Candidate, measured
from advisor.signals.probe_tags import of_a_probe, sanity_check
from advisor.signals.tags import ERROR, PART, Meaning, meaning, spelled, words
from advisor.signals.users_tags import by_tag
from advisor.signals.vocabulary import LAYERED

HANDFUL = 10  # points of a training that are few; so many times as many are its steps

# Runs whose losses are parts of a game or of a moving target: they may rise in a healthy run, so none is the training loss.
REINFORCED = re.compile(
    r"_(?:rollout|episode|episodic|ep_rew\w*|reward)_|_(?:policy|actor|critic|surrogate|value_function|td|pg|qf\d*)_(?:\w+_)?loss_"
    r"|_loss(?:es)?_(?:\w+_)?(?:policy|actor|critic|surrogate|value_function)_"
)
ADVERSARIAL = re.compile(
    r"_(?:generator|discriminator|gen|disc|adv|adversarial|d|g)_(?:\w+_)?loss_|_loss(?:es)?_(?:\w+_)?(?:generator|discriminator|gen|disc|adv|d|g)_"
)
OBJECTIVES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")


def resolve(scalars: Mapping[str, Scalar], histograms: Mapping[str, Histogram], tags: Mapping[str, str]) -> dict[str, Any]:
    """Every signal that these curves tell, by its name; `tags`, from signal to tag, is the user's word and wins.

    In place of a signal that cannot be worked out for a fault of ours stands that fault.

    Raises
    ------
    AdvisorError
        `tags` names a signal there is none of, or a tag that was not logged.
    """
    with contained("the meaning of tags") as outcome:
        candidates = _candidates(scalars)
    found: dict[str, Any] = dict.fromkeys((*OBJECTIVES, *MEASURED), outcome.fault) if outcome.fault else _curves(scalars, candidates)
    for signal, tag in tags.items():
        found[signal] = by_tag(signal, tag, scalars)
    if "penalty" not in found:
        found |= _attempted(("penalty",), "penalty", _price, scalars, found)
    for name in LAYERED:
        found |= _attempted((name,), name, lambda name: {name: getattr(layers, name)(scalars, histograms)}, name)
    if "update_ratio" not in found:
        found |= _attempted(("update_ratio",), "update_ratio", _of_layers, found["layer_updates"])
    found |= _attempted(PLAYED, "games", played, scalars, tags)
    return found | _attempted(("sanity_check",), "sanity_check", lambda: {"sanity_check": sanity_check(scalars)})


def _attempted(signals: tuple[str, ...], part: str, work: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """What the work makes of what it is given, or for each of these signals the fault that was met, in this part of it."""
    with contained(part) as outcome:
        return work(*given)
    return dict.fromkeys(signals, outcome.fault)


def _candidates(scalars: Mapping[str, Scalar]) -> dict[str, list[Candidate]]:
    """The curves with points whose tag means something, by what that is."""
    candidates: dict[str, list[Candidate]] = {}
    letters = by_letter(scalars.keys())
    for tag, curve in scalars.items():
        known = None if of_a_probe(tag) else meaning(letters.get(tag, tag))
        if known and len(curve):
            candidates.setdefault(known.quantity, []).append((known, curve))
    if "loss" in candidates:
        losses = [candidate for candidate in candidates["loss"] if candidate[0].rank != ERROR]
        candidates["loss"] = losses or candidates["loss"]
    parts = all(known.rank >= PART for known, _ in candidates.get("loss", []))
    if parts and (bare := named_by_set_alone(scalars)):
        candidates["loss"] = bare
    if "loss" not in candidates and (alone := only_error(scalars) or (not candidates and only_curve(scalars))):
        candidates["loss"] = alone
    return candidates


def _curves(scalars: Mapping[str, Scalar], candidates: dict[str, list[Candidate]]) -> dict[str, Any]:
    """The signals that are curves by the meaning of their tags."""
    found = _attempted(OBJECTIVES, "losses and scores", _objectives, scalars, candidates)
    for quantity in MEASURED:
        found |= _attempted((quantity,), quantity, measured, quantity, candidates)
    return found


def _price(scalars: Mapping[str, Scalar], found: Mapping[str, Any]) -> dict[str, Any]:
    """The penalty in the training loss, where one can be told."""
    losses = [found.get(name) for name in ("train_loss", "val_loss")]
    if faulty := [loss for loss in losses if isinstance(loss, Fault)]:
        return {"penalty": faulty[0]}
    price = penalty(scalars, *losses)
    return {} if price is None else {"penalty": price}


def _of_layers(updates: Any) -> dict[str, Any]:
    """The update ratio of the layer in the middle, where layers were logged."""
    if isinstance(updates, Fault):
        return {"update_ratio": updates}
    middle = layers.median_layer(updates)
    return {} if middle is None else {"update_ratio": middle}


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
        elif quantity == "loss" and best and (bare := validation_beside(found["train_loss"], scalars)):
            found["val_loss"] = bare
    return _with_score_of_validation(without_a_copy_of_validation(found))


def _plainness(candidate: Candidate) -> tuple:
    """What comes first among the curves of training: one point is a summary, a constant a setting, and a total is more than its parts."""
    known, curve = candidate
    said = set(words(curve.tag))
    dressed = "total" not in said, bool(said & {"smooth", "smoothed"})
    short = len(curve) < FEW, len(curve) == 1
    return *short, _is_constant(curve), known.rank, len(known.extra), known.role != "train", *dressed, -len(curve)


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
