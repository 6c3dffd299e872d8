"""Training stopped before the model had learned what it could.

What it means
    Both losses were still falling when the run ended: the same settings, for longer, reach a lower loss.

How it is weighed
    For: the loss still falls at the end and has come far already; its own course, continued, falls much further; few epochs, few
    optimizer steps. Against: a fall that had hardly begun in many steps (they are too small, not too few); a course that flattens; many
    epochs.

What to change
    epochs, to the number from which as many again would lower the loss by next to nothing, as the fitted course has it, with early
    stopping.

References
    The guide, "Underfitting (Too Few Epochs)".
    Hestness et al., Deep Learning Scaling is Predictable, Empirically (2017). arXiv:1712.00409
"""

import numpy as np

from advisor.curves import every, fall, line, noise
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import shape
from advisor.statistics.power_law import POINTS, enough_steps, forecast
from advisor.statistics.training_length import ended_by, plan

EXPLAINS = ("underfitting", "slow-convergence", "loss-not-decreasing", "loss-plateau")
PRIOR = {"underfitting": 2.0, "slow-convergence": -4.0, "loss-not-decreasing": -9.0, "loss-plateau": -9.0}
FEW, MANY = 120, 3000  # optimizer steps
HARDLY = 0.01  # of the loss: what longer training does not even promise
WORTH = 0.05  # of the loss: a fall that is worth as much training again
STILL = 0.02  # of its fall: what a loss that stands lost less of in its last quarter
MOST = 8.0  # times the run: no course is known further


def weigh(train_loss, epoch=None, hparams=None):
    s = shape(train_loss)
    if s.late_sigma > 4 and s.late > 0.1:
        yield Evidence(
            "train_loss",
            (s.first_step + s.last_step) // 2,
            s.last_step,
            "still falling: share of the fall made in the second half",
            s.late,
            0.1,
            4.0,
        )
    if s.fall > 0.5:
        yield Evidence("train_loss", s.first_step, s.last_step, "has come far: share of the start lost", s.fall, 0.5, 4.0)
    if len(train_loss.finite()) >= POINTS and s.end.value > 0 and (twice := forecast(train_loss)).gain < 1:
        weight = 4.0 if twice.low >= WORTH else -6.0 if twice.high < WORTH else 0.0
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "further fall at twice the steps, as a share of the loss", twice.gain, WORTH, weight
        )
    yield from by_plan(plan(train_loss, epoch, hparams))


def by_plan(known):
    """Few passes over the data, or few updates at all."""
    if known.epochs is not None:
        few = known.epochs <= 10
        fact, weight = ("few epochs", 5.0 if known.epochs <= 3 else 2.0) if few else ("epochs", -4.0 if known.epochs >= 40 else 0.0)
        yield setting("epochs", round(known.epochs, 1), fact, weight)
    if known.updates is not None:
        few = known.updates <= FEW
        weight = 8.0 if few else -3.0 if known.updates >= MANY else 0.0
        yield setting("max_steps", known.updates, "few optimizer steps" if few else "optimizer steps", weight)


def changes(run, finding):
    loss = run.signal("val_loss")
    loss = loss if loss is not None and len(loss.finite()) >= POINTS else run.signal("train_loss")
    by, why = known_course(loss) or (2.0, "the loss still fell when training stopped")
    if not by or not still_falls(loss.finite().values):
        return
    yield longer(run.signal("hparams"), run.signal("epoch"), by, why)


def known_course(loss):
    """How many times the steps the loss wants, and what it gains by them; 0 where that is nothing, None where its course cannot be told.

    A course that leads below 0, or a loss that has been there, has no shares of itself to gain.
    """
    if len(s := loss.finite()) < POINTS or not (s.values > 0).all():
        return None
    by = max(1.5, enough_steps(loss, most=MOST))
    then = forecast(loss, by)
    if then.gain >= 1:
        return None
    gain = f"{max(then.gain, 0):.0%} ({then.low:.0%} to {then.high:.0%})"
    beyond = ", and hardly any more beyond" if by < MOST else ""
    why = f"continued, {loss.tag or 'the loss'} falls by another {gain} in {by:.2g} times the steps{beyond}"
    return (by if then.gain >= HARDLY else 0.0), why


def still_falls(values):
    """Whether the last quarter lies below the one before it by a share of the fall; of a few points, the last below the one before."""
    part = max(1, len(values) // 4)
    start, before, end = (float(np.median(some)) for some in (values[:part], values[-2 * part : -part], values[-part:]))
    return len(values) < 2 or before - end > max(0.0, STILL * (start - end))


def longer(hparams, epoch, by, why):
    """So many times the epochs, or the steps where these are what ends it."""
    name = ended_by(hparams, epoch)
    now = as_number(hparams, name)
    to = max(round(now * by), int(now) + 1) if now else None
    each = now or 1.0
    return Change(name, to=to, by=None if now else round(by, 1), interval=(1.5 * each if by > 1.5 else each, 2 * by * each), why=why)


BAD = {
    "stopped in mid-fall": dict(train_loss=fall(end=0.1, rate=2.5) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=2.5))),
    "three epochs": dict(train_loss=fall(end=0.1, rate=3) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=3)), hparams=dict(epochs=3)),
}
GOOD = {
    "had hardly begun": dict(train_loss=line(2.3, 2.1) * noise(0.01), val_loss=every(10, line(2.3, 2.1))),
    "held back by dropout": dict(
        train_loss=fall(end=1.5, rate=30) * noise(0.03), val_loss=every(10, fall(end=1.1, rate=30)), hparams=dict(dropout=0.8)
    ),
}
