"""How far to move the learning rate: from the optimizer's starting value, and from what this run shows.

Every number is in decades (of ten), so the whole can be followed by hand. The starting rate holds for 10 000 steps of a loss that starts at
LOSS; a longer training wants less, and where the step is the gradient times the rate (SGD), so does a larger loss. A run too fast moves at
least `below` away from its rate, one that ended as NaN `below_nan`; one too slow at least `above`. How slow it was says how far as well: at
small rates a curve depends on rate times steps alone, so a loss that lost the share f of its start wants 1 / f times the rate, and `pace`
more, to get most of the way early; that counts by `trust`, the starting rate by the rest. Where it was logged how far a step moves the
weights, as a share of their size, the rate that would move them by `update` early in the run counts by `update_trust`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.evidence import weights
from advisor.evidence.learning_rate import nice_rate, peak_lr, typical_update
from advisor.evidence.usual_rates import SIZED
from advisor.run import Run
from advisor.signals.hparams import optimizer_of
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.wording import percent

STEPS, LOSS = 4.0, 2.3
BY_HAND = {
    **SIZED,
    "unknown optimizer": -2.7,
    "length": -0.3,
    "larger_loss": -0.6,
    "smaller_loss": -0.3,
    "below": 0.8,
    "below_nan": 0.8,
    "above": 0.8,
    "pace": 1.0,
    "trust": 0.4,
    "below_unknown": 1.0,
    "update": -2.0,
    "update_trust": 0.3,
    "low": 0.7,
    "high": 0.7,
}
SPREAD = {  # how far from these numbers the right ones are expected
    **dict.fromkeys((*SIZED, "unknown optimizer", "larger_loss", "below_unknown"), 0.5),
    **dict.fromkeys(("length", "smaller_loss"), 0.3),
    **dict.fromkeys(("below", "below_nan", "above", "trust", "update"), 0.4),
    "update_trust": 0.2,
    "pace": 0.7,
}
MOST_SCALE = 2.5  # decades by which a loss can be large and still be a loss, not a divergence
SEEN = 0.01  # share of the start: a smaller fall cannot be told from none


@dataclass(frozen=True)
class Size:
    """The new rate, or the factor where today's (`now`) is unknown; the range worth trying; and why."""

    now: float | None
    to: float | None
    by: float | None
    interval: tuple[float, float]
    why: str


def model_numbers() -> dict[str, float]:
    """The model's numbers, calibrated where they have been."""
    return BY_HAND | dict(weights.weights().get("learning-rate", {}))


def run_facts(run: Run, sign: int) -> dict[str, Any]:
    """What the size rests on. `sign` is -1 for a rate that must fall, +1 for one that must rise."""
    loss, val, hparams = run.signal("train_loss"), run.signal("val_loss"), run.signal("hparams")
    lived = len(loss.finite()) >= ENOUGH
    s = shape(loss) if lived else None
    starts = [abs(c.values[0]) for c in (loss, val) if c is not None and len(c) and np.isfinite(c.values[0]) and c.values[0] != 0]
    rate = rate_at_failure(run) if sign < 0 else peak_lr(run.signal("lr"), hparams)
    moved = typical_update(run.signal("update_ratio"))
    return dict(
        optimizer=optimizer_of(hparams) or "unknown optimizer",
        steps=np.log10(max(int(loss.steps[-1] - loss.steps[0]), 10)),
        scale=float(np.clip(np.log10(min(starts) / LOSS), -MOST_SCALE, MOST_SCALE)) if starts else 0.0,
        rate=np.log10(rate) if rate else None,
        nan=not np.isfinite(loss.values[-1]),
        fall=s.fall if s and s.fall > SEEN and s.late_sigma > 4 else None,
        update=np.log10(moved) if moved and moved < 1 else None,
        sign=sign,
    )


def starting_rate(known: Mapping[str, Any], t: Mapping[str, float]) -> float:
    """The starting rate of this optimizer for a training of this length and loss."""
    scale = known["scale"] if known["optimizer"].startswith("SGD") else 0.0
    bent = t["larger_loss"] * max(scale, 0.0) + t["smaller_loss"] * min(scale, 0.0)
    return t[known["optimizer"]] + t["length"] * (known["steps"] - STEPS) + bent


def by_updates(known: Mapping[str, Any], t: Mapping[str, float], wanted: float) -> float:
    """The wanted rate, drawn towards the one at which a step would move the weights as far as it should."""
    if known.get("update") is None or known["rate"] is None:
        return wanted
    trust = min(max(t["update_trust"], 0.0), 1.0)
    return (1 - trust) * wanted + trust * (known["rate"] + t["update"] - known.get("update"))


def target(known: Mapping[str, Any], t: Mapping[str, float]) -> float:
    """The new rate in decades; where today's is unknown, the change."""
    rate, fall = known["rate"], known["fall"]
    if known["sign"] < 0:
        return (
            -t["below_unknown"]
            if rate is None
            else min(by_updates(known, t, starting_rate(known, t)), rate - t["below_nan" if known["nan"] else "below"])
        )
    moved = t["pace"] - np.log10(fall or SEEN)
    if rate is None:
        return max(moved, t["above"])
    start = starting_rate(known, t)
    wanted = start if fall is None else (1 - t["trust"]) * start + t["trust"] * (rate + moved)
    return max(by_updates(known, t, wanted), rate + t["above"])


def rate_at_failure(run: Run) -> float | None:
    """The rate at which the loss was lost: under a warm-up less than the peak, which it never bore."""
    peak, lr, loss = peak_lr(run.signal("lr"), run.signal("hparams")), run.signal("lr"), run.signal("train_loss")
    lost = np.flatnonzero(~np.isfinite(loss.values))
    if lr is None or not len(lost) or not len(used := lr.finite().between(last=loss.steps[lost[0]])):
        return peak
    return float(used.values.max()) or peak


def size_learning_rate(run: Run, sign: int) -> Size:
    """The change of the learning rate that is likeliest to mend the run, and how far on either side a good one may lie."""
    t, known = model_numbers(), run_facts(run, sign)
    to, rate = target(known, t), known["rate"]
    ends = [10.0 ** (to - t["low"]), 10.0 ** (to + t["high"])]
    if rate is not None:  # the range lies on one side of today's
        ends[sign < 0] = (min if sign < 0 else max)(ends[sign < 0], 10.0 ** (rate + sign * 0.3))
    low, new, high = sorted(map(nice_rate, (*ends, 10.0**to)))
    if rate is None:
        return Size(None, None, new, (low, high), "no rate was logged, so only the direction is sure: advisor probe measures the rest")
    return Size(peak_lr(run.signal("lr"), run.signal("hparams")), new, None, (low, high), reason(known, t, to))


def reason(known: Mapping[str, Any], t: Mapping[str, float], to: float) -> str:
    """Where the new rate comes from, in words."""
    start, steps, by = starting_rate(known, t), f"{10 ** known['steps']:,.0f} steps", 10 ** abs(to - known["rate"])
    factor = f"{by:{',.0f' if by >= 10 else '.2g'}} times {'lower' if known['sign'] < 0 else 'higher'}"
    wanted = f"the {nice_rate(10.0**start):g} that {known['optimizer']} usually wants in {steps}"
    if known["optimizer"] == "unknown optimizer":
        return f"{factor}, as trainings of {steps} want it; the optimizer was not logged, so advisor probe measures the rest"
    if known.get("update") is not None and abs(to - known["rate"]) > t["above" if known["sign"] > 0 else "below"]:
        aim, now = 10 ** t["update"], 10 ** known["update"]
        return f"{factor}: between {wanted} and what would move the weights by {aim:.1g} of their size a step; it was {now:.1g}"
    if to == start:
        return f"this is {wanted} of such a loss"
    if known["fall"] is not None and to > known["rate"] + t["above"]:
        return f"{factor} lies between {wanted} and what a loss that lost {percent(known['fall'])} of its start calls for"
    return f"{factor} is the least that mends such runs; {wanted} lies too near"
