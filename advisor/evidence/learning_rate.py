"""Learning rates: what this run used, what its optimizer is usually given, and how far apart the two are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from advisor.evidence.usual_rates import USUAL, band, of_task
from advisor.finding import Evidence, setting
from advisor.run import RACED
from advisor.scalar import Scalar
from advisor.signals.hparams import as_number, optimizer_of
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import rank_trend
from advisor.tasks import Task

DECIBANS_PER_DECADE = 7.0  # of distance from the usual band: tuned rates do lie a decade outside it, seldom two
MOST = 12.0
BEATEN = 12.0  # decibans against a rate that others were raced against
CREEPS, HARDLY = 8, 0.1  # evaluations; share of its start that a loss lost
LATE = 0.05  # of its fall
NO_LR = 1e-3  # of its peak: a learning rate this small trains nothing


def peak_lr(lr: Scalar | None, hparams: Mapping[str, Any] | None) -> float | None:
    """The highest learning rate of the run, as logged, else as set; None where neither tells."""
    if lr is not None and len(used := lr.finite()) and used.values.max() > 0:
        return as_typed(float(used.values.max()))
    rate = as_number(hparams, "lr")
    return as_typed(rate) if rate and rate > 0 else None


def as_typed(rate: float) -> float:
    """The rate without the digits that 32 bits add: 1e-05 of 9.999999747378752e-06."""
    return float(f"{rate:.6g}")


def distance(lr: Scalar | None, hparams: Mapping[str, Any] | None, task: Task | None = None) -> float:
    """Decades above (positive) or below (negative) the band its optimizer is usually run in; 0 inside it, and where that is not known.

    A rate that beat others in a race on this very training is as usual as can be.
    """
    rate, known = peak_lr(lr, hparams), band(task, optimizer_of(hparams), hparams)
    if rate is None or known is None or (hparams or {}).get(RACED):
        return 0.0
    low, high = known
    return float(np.log10(rate / high) if rate > high else np.log10(rate / low) if rate < low else 0.0)


def beyond_any_task(lr: Scalar | None, hparams: Mapping[str, Any] | None) -> float:
    """Decades above (positive) or below (negative) what any task uses of its optimizer; 0 inside, at its ends, and where nobody knows.

    Of a rate that was set under a schedule, and not logged as it went, nobody does: it may be a factor, as Noam's is.
    """
    rate, optimizer = peak_lr(lr, hparams), optimizer_of(hparams)
    used = USUAL[optimizer].used if optimizer else None
    if rate is None or used is None or (hparams or {}).get(RACED) or (lr is None and scheduled(hparams)):
        return 0.0
    return float(np.log10(rate / used[1]) if rate > used[1] else np.log10(rate / used[0]) if rate < used[0] else 0.0)


def scheduled(hparams: Mapping[str, Any] | None) -> bool:
    """Whether a setting tells of a schedule or a warm-up."""
    off = ("", "0", "0.0", "false", "none", "no", "constant")
    return any(
        re.search(r"sched|warm|noam|decay_method|policy", k.lower()) and str(v).lower() not in off for k, v in (hparams or {}).items()
    )


def unusual_rate_evidence(lr: Scalar | None, hparams: Mapping[str, Any] | None, sign: int, task: Task | None = None) -> list[Evidence]:
    """Evidence from the rate alone, for `sign` +1 (too high) or -1 (too low)."""
    rate, optimizer = peak_lr(lr, hparams), optimizer_of(hparams)
    if rate is not None and (hparams or {}).get(RACED):
        return [setting("lr", rate, "learning rate, the best of those that a probe raced", -BEATEN)]
    decades, known = distance(lr, hparams, task), band(task, optimizer, hparams)
    if rate is None or known is None:
        return []
    low, high = known
    of = rates.of if (rates := of_task(task, optimizer, hparams)) is not None else optimizer
    if not decades:
        aside = abs(np.log(rate / np.sqrt(low * high)) / np.log(high / low) * 2)
        return [
            setting(
                "lr",
                rate,
                f"learning rate, within the {low:g} to {high:g} usual for {of}",
                round(-3.0 * (1 - aside), 1),
                "rate within the usual",
            )
        ]
    weight = float(np.clip(sign * decades * DECIBANS_PER_DECADE, -MOST, MOST))
    side = "above" if decades > 0 else "below"
    fact = f"learning rate, a factor {10 ** abs(decades):.2g} {side} the {low:g} to {high:g} usual for {of}"
    return [setting("lr", rate, fact, round(weight, 1), "rate above the usual" if decades > 0 else "rate below the usual")]


def creeping_validation_evidence(train_loss: Scalar, val_loss: Scalar | None, sign: int) -> Iterator[Evidence]:
    """Evidence for `sign` +1 (too low) or -1 (too high) where training loss hardly fell.

    A validation loss is free of the noise of minibatches: where it falls from one evaluation to the next it is on its way, else stuck.
    """
    if val_loss is None or len(v := val_loss.finite()) < CREEPS or len(train_loss.finite()) < ENOUGH:
        return
    if not np.isfinite(train_loss.values[-1]) or abs(shape(train_loss).fall) > HARDLY:
        return
    trend = rank_trend(v.values)
    fact = "validation loss falls from one evaluation to the next: rank correlation with time"
    if trend < -0.9 and falls_late(v.values):
        yield Evidence("val_loss", int(v.steps[0]), int(v.steps[-1]), fact, trend, -0.9, 6.0 * sign, kind="validation loss creeps")
    elif trend > -0.6:
        fact = fact.replace("falls from", "does not fall from")
        yield Evidence("val_loss", int(v.steps[0]), int(v.steps[-1]), fact, trend, -0.6, -6.0 * sign, kind="validation loss is stuck")


def falls_late(values: np.ndarray) -> bool:
    """Whether the second half of values, shape (n,), made a share of their fall to speak of: what fell at once and then stood crept not."""
    middle = float(np.median(values[len(values) // 2 - 1 : len(values) // 2 + 1]))
    return bool(middle - values[-1] >= LATE * (values[0] - values[-1]))


UPDATES = (2e-4, 5e-2)  # of the weights' size, a step: what is usual early in a training (Karpathy's rule of thumb is 1e-3)
EARLY = 5  # the first fifth of what was logged


def typical_update(update_ratio: Scalar | None) -> float | None:
    """How far a step moved the weights early in the run, as a share of their size; None where nothing moved or too little was logged."""
    if update_ratio is None or len(v := update_ratio.finite().values) < CREEPS:
        return None
    head = v[: max(3, len(v) // EARLY)]
    head = head[head > 0]
    return float(np.quantile(head, 0.75)) if len(head) else None


def update_size_evidence(update_ratio: Scalar | None, sign: int) -> Iterator[Evidence]:
    """Evidence from the size of the steps themselves, for `sign` +1 (too high) or -1 (too low)."""
    if (size := typical_update(update_ratio)) is None or update_ratio is None:
        return
    low, high = UPDATES
    kind, weight = (
        ("updates above the usual", 8.0 * sign)
        if size > high
        else ("updates below the usual", -8.0 * sign)
        if size < low
        else ("updates within the usual", -4.0)
    )
    first, last = int(update_ratio.steps[0]), int(update_ratio.steps[len(update_ratio) // EARLY])
    fact = f"a step moved the weights, as a share of their size; {low:g} to {high:g} are usual early"
    yield Evidence("update_ratio", first, last, fact, size, low if size < low else high, weight, kind=kind)


def when_rate_vanished(lr: Scalar | None) -> tuple[int, float] | None:
    """The last step with a learning rate to speak of and the share of the run after it, None where too little was logged."""
    if lr is None or len(used := lr.finite()) < 10 or used.values.max() <= 0:
        return None
    gone, last = int(used.steps[used.values > NO_LR * used.values.max()][-1]), int(used.steps[-1])
    return gone, (last - gone) / max(last - int(used.steps[0]), 1)


def nice_rate(rate: float) -> float:
    """To one significant digit and a half: 1, 1.5, 2, 3, 5 or 7 times a power of ten, as people write learning rates."""
    power = 10.0 ** np.floor(np.log10(rate))
    nearest = min((1, 1.5, 2, 3, 5, 7, 10), key=lambda x: abs(np.log(rate / power / x)))
    return float(f"{nearest * power:.2g}")
