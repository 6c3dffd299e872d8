"""One batch ruins what the others taught.

What it means
    An empty, corrupt or mislabelled example gives a loss or a gradient far outside all others, in one step, out of a calm sky.

How it is weighed
    For: the loss jumps in one point out of calm while the learning rate is no higher than before, or is lost in one together with the
    gradient norm; a few points make nearly all of the loss's variance. Against: a norm or a loss that had left its band before; a climb
    over many points; a loss too short to be called calm; one that never learned; a learning rate above the usual.

What to change
    skipped_batches: skip a step whose loss is not finite, and look at what was in it; max_grad_norm bounds what one batch can do.

References
    Chowdhery et al., PaLM (2022), 5.1: spikes went away when the batches around them were skipped. arXiv:2204.02311
"""

import numpy as np

from advisor.curves import T, fall, nan_after, noise
from advisor.evidence.learning_rate import distance
from advisor.finding import Change, Evidence, setting
from advisor.statistics.onset import order, sudden, was_calm

EXPLAINS = ("exploding-loss", "unstable-loss", "loss-not-decreasing", "loss-plateau")
PRIOR = {"exploding-loss": -7.0, "unstable-loss": -9.0, "loss-not-decreasing": -12.0, "loss-plateau": -12.0}
CALM = 0.1  # of the run: a loss that was lost before had no time to be calm
SPIKY = 0.7


def weigh(finding, train_loss, grad_norm=None, lr=None, hparams=None, task=None):
    if (decades := distance(lr, hparams, task)) > 0:
        yield setting("lr", decades, "decades of the learning rate above the usual", -10.0)
    onset, first, last = finding.evidence[0].first_step, int(train_loss.steps[0]), int(train_loss.steps[-1])
    if np.isfinite(train_loss.values[-1]) and (at := sudden(train_loss)) is not None and not rising(lr, at):
        yield Evidence("train_loss", at, last, "jumped in one point, out of calm, at step", float(at), weight=14.0)
    elif finding.problem == "exploding-loss":
        yield from exploded(train_loss, grad_norm, lr, onset, first, last)
    elif finding.problem == "unstable-loss":
        outliers = spikiness(train_loss)
        weight = 12.0 if outliers >= SPIKY else -4.0
        yield Evidence("train_loss", first, last, "share of the variance that one point in fifty makes", outliers, SPIKY, weight)


def exploded(train_loss, grad_norm, lr, onset, first, last):
    if np.isfinite(train_loss.values[-1]):
        yield Evidence("train_loss", onset, last, "came gradually and stayed finite, to", float(train_loss.values[-1]), weight=-6.0)
    elif onset - first <= CALM * (last - first):
        yield Evidence("train_loss", first, onset, "lost before it was calm, at step", float(onset), weight=-6.0)
    elif was_calm(train_loss, onset - 1):
        came = None if grad_norm is None else order(grad_norm, train_loss, onset)
        if came == "together":
            yield Evidence(
                "grad_norm", onset, onset, "loss and norm were lost at one point, out of calm, at step", float(onset), weight=8.0
            )
        elif came is None and not rising(lr, onset):
            yield Evidence("train_loss", onset, last, "lost at one point, out of calm, at step", float(onset), weight=5.0)


def rising(lr, at):
    """Whether the learning rate was higher there than it had been a while before: then the rate may be what did it."""
    if lr is None or len(used := lr.finite()) < 3:
        return False
    first = int(used.steps[0])
    now, earlier = np.interp([at, first + 0.7 * (at - first)], used.steps, used.values)
    return bool(now > 1.1 * earlier)


def spikiness(train_loss):
    """How much of the loss's variance in the second half its most extreme fiftieth makes: an eighth in normal noise."""
    s = train_loss.finite()
    late = s.values[len(s) // 2 :]
    squares = np.sort((late - np.median(late)) ** 2)[::-1]
    return float(squares[: max(1, len(squares) // 50)].sum() / max(squares.sum(), 1e-300))


def changes(run, finding):
    skipped = Change(
        "skipped_batches",
        to="not finite",
        why="one bad batch then costs one step: look at the one that did it, and go on from the last checkpoint before it",
    )
    bounded = Change("max_grad_norm", to=1.0, interval=(0.1, 10.0), why="no single batch can move the weights further than the others do")
    yield from (bounded,) if np.isfinite(run.signal("train_loss").values).all() else (skipped, bounded)


BAD = {
    "NaN out of a calm loss, rate and precision usual": dict(
        train_loss=fall() * noise(0.02) * nan_after(0.6),
        grad_norm=noise(0.2) * nan_after(0.6),
        lr=3e-3 * np.minimum(1, 10 * T) * (1 - T),
        hparams=dict(lr=1e-3, optimizer="Adam", precision="bf16", max_grad_norm=1.0),
    ),
    "jumps in one step and comes back, at a constant rate": dict(
        train_loss=(fall() + 60 * np.exp(-30 * np.clip(T - 0.5, 0, None)) * (T >= 0.5)) * noise(0.05),
        lr=1e-3 + 0 * T,
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
}
GOOD = {
    "climbs": dict(train_loss=fall() * noise(0.02) + 40 * np.clip(T - 0.5, 0, None), hparams=dict(lr=0.5, optimizer="Adam")),
    "NaN at once": dict(train_loss=fall() * nan_after(0.03), hparams=dict(lr=10.0, optimizer="SGD")),
}
