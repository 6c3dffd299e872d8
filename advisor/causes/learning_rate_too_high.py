"""The learning rate is too high.

What it means
    Each step overshoots: it lands where the loss is higher than before. Beyond a limit set by the curvature
    of the loss nothing converges, whatever else is right.

How it is weighed
    For: the loss rose above its start within the first tenth; it moved at once and has been stuck since; the
    rate lies above what its optimizer is usually given; a sibling run learned at a lower one; it diverged
    while a schedule stood at its peak. Against: a slow, steady fall, and a rate below the usual.

What to change
    lr, to a tenth or to the optimizer's safe starting value for a training of this length, whichever is lower; a probe finds the exact
    edge.

References
    The guide, Problem 1, cause 1.
    Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability (2021). arXiv:2103.00065
"""

import numpy as np

from advisor.curves import T, fall, flat, nan_after, noise, rise
from advisor.finding import Change, Evidence
from advisor.hparams import optimizer_of
from advisor.onset import departure
from advisor.rates import SAFE, peak_lr, rounded, unusual
from advisor.siblings import better, evidence
from advisor.stats import ENOUGH, shape
from advisor.stats import noise as noise_of

EXPLAINS = ("exploding-loss", "loss-not-decreasing", "loss-plateau", "unstable-loss", "hidden-nan", "one-class")
PRIOR = {problem: -4.0 if problem == "hidden-nan" else 2.0 for problem in EXPLAINS}
LONG = 50_000  # steps: the trainings that the safe values are known from; the best rate falls about as the root of the length


def weigh(finding, train_loss, lr=None, hparams=None, siblings=None):
    yield from unusual(lr, hparams, +1)
    yield from evidence(train_loss, lr, hparams, siblings, +1)
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    head = train_loss.finite().between(first, first + 0.1 * (last - first))
    start = train_loss.values[0]
    if finding.problem == "exploding-loss":
        yield when(finding.evidence[0].first_step, first, last)
        yield from calm(train_loss, finding.evidence[0].first_step)
    if len(head) > 1 and start > 0 and head.values.max() > 1.02 * start + 4 * noise_of(head.values) and finding.problem != "unstable-loss":
        yield Evidence(
            "train_loss",
            first,
            int(head.steps[head.values.argmax()]),
            "rose above its start at once, times",
            float(head.values.max() / start),
            1.02,
            6.0,
        )
    if len(train_loss.finite()) >= ENOUGH:
        yield from by_shape(shape(train_loss), healed=bool(np.isfinite(train_loss.values[-1])))


def when(onset, first, last):
    """A rate that is too high is so from the first steps on; but a loss lost before any step was taken is not its doing."""
    untrained, early = onset == first, onset - first <= 0.1 * max(last - first, 1)
    fact = "lost at the first point" if untrained else "diverged in the first tenth, at step" if early else "diverged later, at step"
    return Evidence("train_loss", first, onset, fact, float(onset), weight=-2.0 if untrained else 4.0 if early else 1.0)


def calm(train_loss, onset):
    """A loss that becomes NaN in mid-fall, with nothing leading up to it, is seldom the doing of a rate that was borne until then."""
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    if onset - first > 0.1 * (last - first) and not np.isfinite(train_loss.values[-1]) and departure(train_loss, onset - 1) is None:
        yield Evidence("train_loss", first, onset, "lost out of a calm loss, at step", float(onset), weight=-4.0)


def by_shape(s, healed):
    if healed and s.fall > 0.5:
        yield Evidence("train_loss", s.first_step, s.last_step, "learned all the same: share of the start lost", s.fall, 0.5, -6.0)
    elif s.fall > 0 and s.late_sigma < -4:
        yield Evidence(
            "train_loss", s.best_step, s.last_step, "rises in the second half: level over its best", s.end.value / s.best.value, 1.0, 6.0
        )
    elif s.late_sigma > 4 and s.late > 0.2 and s.fall > 0:
        yield Evidence("train_loss", s.first_step, s.last_step, "still falls steadily: share of the fall made late", s.late, 0.2, -12.0)
    elif s.settled <= 0.05 and abs(s.start.value - s.end.value) > 5 * s.end.error + 2 * s.noise:
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "moved at once, then stuck; flat after this share of the run", s.settled, 0.05, 5.0
        )


def changes(run, finding):
    rate, optimizer = peak_lr(run.signal("lr"), run.signal("hparams")), optimizer_of(run.signal("hparams"))
    if rate is None:
        yield Change("lr", by=0.1, interval=(0.01, 0.3), why="each step overshoots; the guide's step is a tenth, since no rate was logged")
        return
    if (found := better(*map(run.signal, ("train_loss", "lr", "hparams", "siblings")))) is not None and found.rate < rate:
        yield Change("lr", to=found.rate, from_=rate, interval=found.interval, why=f"at this rate {found.name} ended at {found.end:.3g}")
        return
    safe = safe_rate(run.signal("train_loss"), optimizer, rate)
    to = rounded(min(rate / 10, safe))
    reason = f"what {optimizer} is safe with in a training of this length" if safe < rate / 10 else "a tenth of today's"
    interval = (rounded(to / 10), rounded(min(rate / 3, to * 10)))
    yield Change("lr", to=to, from_=rate, interval=interval, why=f"each step overshoots; {reason}")


def safe_rate(train_loss, optimizer, rate):
    """The optimizer's safe starting value, larger for a short training; less so where the loss ended as NaN."""
    if optimizer is None:
        return rate
    steps = max(int(train_loss.steps[-1] - train_loss.steps[0]), 1)
    larger = float(np.clip(np.sqrt(LONG / steps), 1, 10))
    return SAFE[optimizer] * (larger if np.isfinite(train_loss.values[-1]) else np.sqrt(larger))


BAD = {
    "NaN at once, rate far above the usual": dict(train_loss=fall() * nan_after(0.03), hparams=dict(lr=10.0, optimizer="SGD")),
    "jumps above its start": dict(train_loss=2.3 + 20 * np.exp(-8 * T) * (T > 0) * noise(0.05)),
    "stuck at the average from the first point on": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    ),
}
GOOD = {
    "a slow, steady fall": dict(train_loss=fall(start=2.3, end=1.3, rate=1.2) * noise(0.01), hparams=dict(lr=1e-5, optimizer="Adam")),
    "flat, and the rate is tiny": dict(train_loss=flat(2.3) * noise(0.01), hparams=dict(lr=1e-7, optimizer="Adam")),
    "gradients exploded first": dict(
        train_loss=(fall() + rise(40, after=0.7)) * noise(0.05),
        grad_norm=(1 + rise(900, after=0.5)) * noise(0.1),
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
}
