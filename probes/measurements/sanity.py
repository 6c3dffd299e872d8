"""Sanity: what can be seen of a training before any step is spent on it, and whether it learns one minibatch by heart.

What it means
    Most trainings that will not train have a bug and no wrong hyperparameter: a loss that takes probabilities for logits, labels that
    slipped, a layer that no gradient reaches, a mean that evaluation mode does not know. No learning rate mends that.

How it is detected
    A look at four minibatches, their loss and their gradients (`examined`); then up to seven short trainings on one minibatch of eight
    examples, at today's rate and others, until one has learned it; then a few ordinary steps at the rate that did, and another look.
    The rows are judged by the catalogue like those of any run: `advisor diagnose` finds the problems in them.

What to change
    What the diagnosis of this run says.

References
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
    Ben Braiek and Khomh, Testing Feedforward Neural Networks Training Programs (2022). arXiv:2204.00694
"""

import math
import time
from collections.abc import Iterator, Mapping

from advisor.finding import Evidence
from probes.outcome import note

ONE_BATCH = 8  # examples
NEXT_RATES = (1e-3, 1e-2, 1e-1)  # rates tried after today's
ENOUGH = 0.5  # of what the best constant leaves: the minibatch is learned, and no other rate need be tried
MOST_RATES = 7
ROWS = MOST_RATES + 2  # at most


def measure(training, *, steps=80, seconds=8.0, trained=40):
    """The first row is a look, then a row for each rate tried on one minibatch, the last a look after `trained` ordinary steps."""
    begin = time.perf_counter()
    before = training.examined()
    yield before
    rate = training.lr
    for row in one_batch(training, steps, seconds) if steps else ():
        yield row
        if row["one_batch/learned"] >= ENOUGH:
            rate = row["one_batch/lr"]
    if trained and sound(before) and time.perf_counter() - begin < 2 * seconds:
        yield after(training, rate, trained, begin + 2 * seconds)


def sound(facts) -> bool:
    """Whether it is worth a few steps."""
    return math.isfinite(facts["loss"])


def one_batch(training, steps: int, seconds: float) -> Iterator[dict[str, float]]:
    """Trainings on one minibatch until one has learned it, at most as long as `seconds` last."""
    begin = time.perf_counter()
    with training.restored():
        training.batch_size = min(training.batch_size, ONE_BATCH) if training.batch_size > 1 else ONE_BATCH
        training.accumulation_steps, training.one_batch = 1, True
        facts = training.examined()
        tried: dict[float, bool] = {}  # whether the loss was lost
        while len(tried) < MOST_RATES and (rate := next_rate(training.lr, tried)) is not None:
            with training.restored():
                training.lr = rate
                row = by_heart(training, facts, steps, begin + seconds)
            yield row
            tried[rate] = not row["one_batch/last_loss"] < 2 * abs(row["one_batch/first_loss"])
            if row["one_batch/learned"] >= ENOUGH or time.perf_counter() - begin > seconds:
                return


def next_rate(today: float, tried: Mapping[float, bool]) -> float | None:
    """Today's, the usual ones, then tenfold the largest until the loss is lost, at last a tenth of today's; none nearly twice."""
    for rate in (today, *NEXT_RATES):
        if all(not 0.5 < rate / other < 2 for other in tried):
            return rate
    largest = max(tried)
    if not tried[largest]:
        return 10 * largest
    return today / 10 if all(not 0.5 < today / 10 / other < 2 for other in tried) else None


def by_heart(training, facts, steps: int, end: float) -> dict[str, float]:
    """The row of one rate: how far the loss fell from that of the best constant to that of a perfect answer.

    A loss that still falls when the steps are over is given as many again, twice.
    """
    losses = [training.step()]
    while math.isfinite(losses[-1]) and (len(losses) < 2 or time.perf_counter() < end) and learned(losses, facts) < ENOUGH:
        if len(losses) >= 3 * steps or (len(losses) >= steps and not falling(losses)):
            break
        losses.append(training.step())
    known = {f"one_batch/{name}": facts[name] for name in ("constant_loss", "perfect_loss", "answers", "trainable") if name in facts}
    best = min((loss for loss in losses if math.isfinite(loss)), default=math.nan)
    share = {"one_batch/first_loss": losses[0], "one_batch/lowest_loss": best, "one_batch/last_loss": losses[-1]}
    share["one_batch/learned"] = learned(losses, facts)
    return {"one_batch/lr": training.lr, "one_batch/steps": len(losses), **share, **known}


def learned(losses, facts) -> float:
    """1 is all there is to learn, 0 no more than a constant knows; of a loss that is not known, the share of it that went."""
    lowest = min((loss for loss in losses[1:] if math.isfinite(loss)), default=math.nan)
    constant, perfect = facts.get("constant_loss", math.nan), facts.get("perfect_loss", math.nan)
    if constant - perfect > 1e-3 * max(abs(constant), abs(perfect)):
        found = (constant - lowest) / (constant - perfect)
    else:
        found = (losses[0] - lowest) / max(abs(losses[0]), 1e-30)
    return found if math.isfinite(found) else 0.0


def falling(losses) -> bool:
    """Whether the last fifth is lower than the one before it."""
    fifth = max(1, len(losses) // 5)
    return sum(losses[-fifth:]) < 0.98 * sum(losses[-2 * fifth : -fifth])


def after(training, rate: float, steps: int, end: float) -> dict[str, float]:
    """Another look, after ordinary steps."""
    with training.restored():
        training.lr, taken = rate, 0
        while taken < steps and (taken < 2 or time.perf_counter() < end) and math.isfinite(training.step()):
            taken += 1
        return {**training.examined(), "trained": taken, "lr": rate}


def check(sanity):
    """One note: how far the minibatch was learned. The problems are the catalogue's to find."""
    tried = getattr(sanity, "one_batch/learned", None)
    if tried is None:
        return
    rows = [i for i, share in enumerate(tried) if math.isfinite(share)]
    best = max(rows, key=lambda i: tried[i])
    steps, lowest, first = (getattr(sanity, f"one_batch/{name}")[best] for name in ("steps", "lowest_loss", "first_loss"))
    fact = Evidence("sanity/one_batch/learned", rows[0], rows[-1], "of what there is to learn in one minibatch", float(tried[best]))
    rate = getattr(sanity, "one_batch/lr")[best]
    yield note(f"On one minibatch the loss went from {first:.3g} to {lowest:.3g} in {steps:.0f} steps at a rate of {rate:.1e}.", fact)
