"""Training loss swings so wildly that single updates undo what many achieved.

What it means
    Minibatch noise is normal. It is a problem when late in the run the loss still returns, again and again,
    to where training started: each such step pushes the weights by a gradient that says almost nothing about
    the data.

How it is detected
    In the second half of the run `returns` of the points or more lie above the starting level although the median fell below it by
    `fell` standard errors, and the noise there is more than `noise` of the starting level. A spike or two is not enough. Or WILD times
    in the second half it is thrown to `wild` times its typical level, and to BEYOND times what it mostly lay at in the quarter before;
    less often, for as many points, where it is to the square of `wild`: else it was a spike, however long the way back; or at MANY
    points above HIGHER times its start. Where nothing was achieved there is nothing to undo: that is loss-not-decreasing, or the noise
    of the task; and where the validation loss fell to its end nothing was undone. Or most late evaluations move the score by FAR of a
    full one, back and forth, and the validation loss with it; by A_LITTLE at a learning rate above what any task uses.

References
    The guide, "Gradient Noise": bad noise makes training unstable and slow.
    McCandlish et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
"""

from dataclasses import replace

import numpy as np

from advisor.anchors.swinging import FAR, swings
from advisor.anchors.validation_stands_still import never_moved
from advisor.curves import T, every, fall, flat, spike_at
from advisor.curves import noise as noisy
from advisor.evidence.learning_rate import beyond_any_task
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.carrying_over import fell_to_its_end
from advisor.statistics.curve_shape import shape
from advisor.wording import percent

WILD, OFTEN = 3, 0.4  # times, and points; of the points: more than that is no outburst
BEYOND = 10  # times the upper tenth of the quarter before: single batches of a loss that is nearly learned differ much
A_LITTLE = 0.05  # of a full score, from one evaluation to the next: enough at a rate that no task uses
HIGHER, NEARLY = 3.0, 0.01  # times the start; of it: where that NEARLY all is learned batches differ much, else an upper quarter is enough
MANY, ITS_SHARE = 6, 0.03  # points, and of all: so often above the start by HIGHER, and by BEYOND, is wild too
OF_A_FALL = FROM_THE_START = OF_THE_WHOLE = True


def check(
    train_loss, val_loss=None, val_accuracy=None, lr=None, hparams=None, *, returns=0.05, noise=0.08, fell=2.0, wild=100.0
):  # fmt: skip
    above = beyond_any_task(lr, hparams)
    if (swung := swings(val_loss, val_accuracy, A_LITTLE if above > 0 else FAR)) is not None:
        rate = [Evidence("hparams", 0, 0, "decades of the learning rate above what any task uses", above, 0.0, tag="lr")] * (above > 0)
        yield replace(swung, evidence=(*swung.evidence, *rate))
        return
    if never_moved(val_loss, train_loss) is not None:
        return  # what varies are the batches, not the model
    s = shape(train_loss)
    if (found := outbursts(train_loss, s, wild)) is not None:
        yield found
        return
    middle = (s.first_step + s.last_step) / 2
    late = train_loss.finite().between(middle)
    above = float(np.mean(late.values > s.start.value)) if len(late) else 0.0
    spread = s.noise / max(abs(s.start.value), 1e-300)
    if fell_to_its_end(val_loss):
        return  # validation, which knows nothing of batches, got better all along
    if s.fall <= 0.05 or above < returns or (late.values > s.start.value).sum() < 3 or spread < noise or s.end.below(s.start) < fell:
        return
    yield Finding(
        f"In the second half of the run {percent(above)} of the training losses lay above the starting level of "
        f"{s.start.value:.3g}, although their median fell "
        f"to {s.end.value:.3g}: the noise ({s.noise:.2g}) is as large as the progress ({s.start.value - s.end.value:.2g}).",
        (
            Evidence("train_loss", int(middle), s.last_step, "share of points above the start", above, returns),
            Evidence("train_loss", int(middle), s.last_step, "noise as a share of the start", spread, noise),
        ),
        confidence=confidence(above, returns),
    )


def outbursts(train_loss, s, wild):
    """Again and again the loss is thrown up by orders of magnitude, and comes back."""
    c = train_loss.finite()
    quarter = (s.last_step - s.first_step) / 4
    early, late = c.between(s.first_step + quarter, s.first_step + 2 * quarter), c.between(s.first_step + 2 * quarter)
    usual = float(np.median(late.values)) if len(late) else 0.0
    if usual <= 0 or not len(early):
        return None
    out = late.values > max(wild * usual, BEYOND * float(np.quantile(early.values, 0.9)))
    if (again := above_the_start(late.values, early.values, usual, s)) is not None and out.sum() < WILD:
        out, wild = again, BEYOND
    times = int((np.diff(out.astype(int), prepend=0) == 1).sum())
    if out.sum() < WILD or out.mean() > OFTEN:
        return None
    if times < WILD and np.median(late.values[out]) < wild**2 * usual:
        return None  # one spike, and the way back from it
    top, often = int(late.values.argmax()), f"{times} times" if times > 1 else f"once, for {int(out.sum())} points,"
    return Finding(
        f"Training loss was thrown up {often} in the second half, to as much as {late.values[top]:.3g} at step "
        f"{int(late.steps[top])}, from a typical {usual:.3g}.",
        (
            Evidence("train_loss", int(late.steps[0]), s.last_step, "highest over the typical loss", float(late.values[top]) / usual, wild),
            Evidence("train_loss", int(late.steps[0]), s.last_step, "points thrown up so far", float(out.sum()), WILD),
        ),
        confidence=0.9,
    )


def above_the_start(late, early, usual, s):
    """Which of the late losses were thrown up above the start and by BEYOND, where they are too many for chance; else None."""
    nearly = s.end.value <= NEARLY * s.start.value
    out = late > BEYOND * max(usual, float(np.quantile(early, 0.9 if nearly else 0.75)), HIGHER / BEYOND * s.start.value)
    return out if out.sum() >= max(MANY, ITS_SHARE * len(late)) else None


BACK_AND_FORTH = np.tile([0.04, -0.04], 10)
SWUNG = dict(
    train_loss=fall(start=2.8, end=1.4, rate=40) * noisy(0.07), val_loss=every(10, flat(1.7)) - 3 * BACK_AND_FORTH,
    val_accuracy=every(10, flat(0.7)) + BACK_AND_FORTH,
)  # fmt: skip
BAD = {
    "validation swings by a little, at a rate that no task uses": SWUNG | dict(hparams=dict(lr=0.4, optimizer="SGD", momentum=0.9)),
    "every ninth point is thrown up above the start": dict(
        train_loss=fall(start=2.3, end=0.3) * np.where(np.arange(200) % 9 == 7, 60, 1) * noisy(0.05)
    ),
    "swings over the whole range": dict(train_loss=fall(start=2.0, end=1.2) * noisy(0.7)),
    "thrown up by orders of magnitude, now and then": dict(
        train_loss=(0.05 + 20 * np.exp(-30 * T)) * noisy(0.05) + spike_at(0.55, 1e8) + spike_at(0.7, 4e9) + spike_at(0.85, 50.0)
    ),
    "thrown up once, by six orders of magnitude, for a tenth of the run": dict(
        train_loss=(5 + 1e7 * np.exp(-150 * T) + 1e6 * ((T > 0.6) & (T < 0.7))) * noisy(0.2)
    ),
    "the start was higher than any burst": dict(
        train_loss=(8.0 + 1e8 * np.exp(-150 * T)) * noisy(0.3) + sum(spike_at(at, 1e6) for at in (0.6, 0.62, 0.64))
    ),
    "bursts": dict(train_loss=fall(start=2.0, end=0.6) * np.exp(1.2 * np.sin(40 * T) ** 8 * (T > 0.1)) * noisy(0.4)),
}
GOOD = {
    "validation swings by a little, at a rate that some task uses": SWUNG | dict(hparams=dict(lr=0.2, optimizer="SGD", momentum=0.9)),
    "batches as different as all that was learned, and validation fell to its end": dict(
        train_loss=fall(start=2.3, end=1.7, rate=5) * noisy(0.25), val_loss=every(10, fall(start=2.3, end=1.7, rate=3))
    ),
    "honest minibatch noise": dict(train_loss=fall() * noisy(0.3)),
    "one spike": dict(train_loss=fall() * noisy(0.02) + spike_at(0.8, 40.0)),
    "nearly all is learned, and single batches are not": dict(
        train_loss=fall(end=1e-4, rate=12) + spike_at(0.6, 0.3) + spike_at(0.75, 0.2) + spike_at(0.9, 0.4)
    ),
    "smooth": dict(train_loss=fall()),
    "thrown up once, and a long way back": dict(
        train_loss=(0.05 + 20 * np.exp(-30 * T) + 30 * np.exp(-60 * np.clip(T - 0.6, 0, None)) * (T >= 0.6)) * noisy(0.05)
    ),
    "a calm, small fall": dict(train_loss=fall(start=2.0, end=1.82) * noisy(0.06, seed=13)),
    "three outbursts": dict(
        train_loss=fall(start=2.0, end=0.7) * noisy(0.3) + spike_at(0.605, 29.0) + spike_at(0.7, 29.0) + spike_at(0.9, 29.0)
    ),
    "noise of the task around a loss that hardly moves": dict(train_loss=fall(start=0.115, end=0.1) * noisy(0.4, seed=4)),
}
