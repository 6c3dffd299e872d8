"""What was found is tried beside what is in use, and suggested only where it came out better."""

import dataclasses
import math
from typing import Any

from probes.learning_rate.race_candidates import GRID
from probes.measurements import gradient_noise_scale, paired_trainings, throughput
from probes.measurements.paired_trainings import FORMS, TRIED, Arm
from probes.measurements.rate_race import usual_plan
from probes.outcome import Comparison, Estimate
from probes.probing import batch_choice, stages
from probes.probing.scope import Part
from probes.probing.session import Session
from probes.trials.score import FEWEST

PAIRS = 4  # that the time and the steps are dealt out to; three may do, and more are taken where they are there
LENGTHS = tuple(20 * 2**i for i in range(12))  # steps of a training; fewer than the first say nothing
LOWER = 2  # times that a lower rate is tried
SAME = 1.02  # times the rate in use: nothing to try


def rate_tried(
    session: Session, found: Estimate, now: dict[str, Any], today: dict[str, Any], share: float = 1.0, lower: int = LOWER
) -> Estimate:
    """The estimate where it beat today's rate, in a share of the steps that are left; else today's, and why.

    Where a pair was lost at it, it was lucky in the race, and a lower one is tried.

    Parameters
    ----------
    now : `batch_size` and `accumulation_steps` of both
    lower : how many times that is done
    """
    rate = float(today["lr"])
    if found.value is None or (rate > 0 and max(found.value / rate, rate / found.value) < SAME):
        return found
    steps = _steps(session, now, today, share)
    told = _settled(session, found, rate, (Arm(rate, **now, steps=steps), Arm(found.value, **now, steps=steps)), "lr", today)
    result, value = told.compared, found.value / 10**GRID
    if not lower or result is None or not result.lost[1] or session.ended or (value < SAME * rate and not result.lost[0]):
        return told
    below = rate_tried(session, _lower(found, value, result), now, today, share, lower - 1)
    return told if below.value == rate else below


def _lower(found: Estimate, value: float, result: Comparison) -> Estimate:
    """The estimate at a lower rate than one at which pairs were lost."""
    assert found.value is not None and found.low is not None
    why = f"below {found.value:.1e}, at which {result.lost[1]} of {result.score.pairs} trainings were lost; {found.reason}"
    return Estimate(value, min(found.low, value / 10 ** (GRID / 2)), value * 10 ** (GRID / 2), why)


def size_tried(session: Session, found: Estimate, now: dict[str, Any], then: dict[str, Any], today: dict[str, Any]) -> Estimate:
    """The estimate of a batch size where it beat today's in the same time; else today's, and why.

    Parameters
    ----------
    now, then : `lr`, `batch_size` and `accumulation_steps`, as they are and as they would be
    """
    knee, _ = throughput.knee(session.table(throughput))
    first, second = (arm["accumulation_steps"] * (knee + arm["batch_size"]) for arm in (now, then))  # in proportion to the time of a step
    steps = _steps(session, {name: now[name] for name in now if name != "lr"}, today, 1.0)
    arms = Arm(**now, steps=steps), Arm(**then, steps=round(steps * first / second))
    told = _settled(session, found, now["batch_size"], arms, "batch_size", today)
    if told.value != found.value or arms[0].steps == arms[1].steps:
        return told
    more = f"{told.reason}; in the same time, which is {arms[1].steps / arms[0].steps:.2g} times as many steps"
    return dataclasses.replace(told, reason=more)


def at_another_size(rate: Estimate, session: Session, now: dict[str, Any], then: dict[str, Any], optimizer: str) -> Estimate:
    """The rate that goes as far along the gradient in a step of another size: in proportion for SGD, the square root of that for others.

    References
    ----------
    McCandlish et al., An Empirical Model of Large-Batch Training (2018), equation 2.9. arXiv:1812.06162
    Malladi et al., On the SDEs and Scaling Rules for Adaptive Gradient Algorithms (2022). arXiv:2205.10287
    """
    noise = batch_choice.noise_scale(session.table(gradient_noise_scale))
    if rate.value is None or rate.low is None or rate.high is None or noise is None:
        return rate
    size, to = (arm["batch_size"] * arm["accumulation_steps"] for arm in (now, then))
    ratio = (1 + noise[0] / size) / (1 + noise[0] / to)
    by = ratio if optimizer == "SGD" else math.sqrt(ratio)
    reason = f"{by:.2g} times the rate at a batch size of {size:,}; there {rate.reason}"
    return dataclasses.replace(rate, value=by * rate.value, low=by * rate.low, high=by * rate.high, reason=reason)


def _steps(session: Session, at: dict[str, Any], today: dict[str, Any], share: float) -> int:
    """Of each training: those that are planned, else a length for which a share of what is left does, or of what is usual."""
    planned = session.scope.planned or today.get("max_steps") or usual_plan(session.training)
    bound = session.scope.bound
    each = session.affordable(Part.lr, at, share if bound else 1 - stages.RACED) / (2 * PAIRS)
    if each >= planned:
        return int(planned)
    return int(each) if bound and each < LENGTHS[0] else stages.of_class(each, LENGTHS)


def _settled(session: Session, found: Estimate, today: float, arms: tuple[Arm, Arm], setting: str, settings: dict[str, Any]) -> Estimate:
    """The estimate, or today's setting with the reason."""
    assert found.value is not None
    form, fewest, result = FORMS[setting], min(arm.steps for arm in arms), None
    if fewest < LENGTHS[0]:
        why = f"was not tried beside it, for {max(fewest, 0)} steps a training were left"
    else:
        result = _tried(session, arms, setting, stages.schedule(session, settings))
        if result is not None and result.verdict == "better":
            return dataclasses.replace(found, compared=result)
        whole = result is not None and result.score.pairs >= FEWEST
        why = "did not beat it beyond noise" if whole else "could not be tried beside it to the end"
    low, high = min(found.low or today, today), max(found.high or today, today)
    return Estimate(today, low, high, f"today's is kept: {form.format(found.value)} {why}, {found.reason}", result)


def _tried(session: Session, arms: tuple[Arm, Arm], setting: str, schedule: str) -> Comparison | None:
    trial = list(TRIED).index(setting)
    pairs = int(min(session.left(Part.lr)[0] / sum(arm.steps for arm in arms), paired_trainings.MOST))
    options: dict[str, Any] = {"arms": arms, "trial": trial, "pairs": pairs, "schedule": schedule, "seed": session.scope.seed}
    table = session.measure(Part.lr, paired_trainings, f"the {TRIED[setting]} beside today's", 2 * PAIRS, **options)
    return None if table is None else paired_trainings.compared(table, trial, setting)
