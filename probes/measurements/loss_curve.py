"""Loss curve: a short real training at the suggested settings.

What it means
    The proof of the suggestion: the loss on held-out data falls. It is logged under the usual names, so that the same rules judge
    it as any run.

How it is detected
    Real optimizer steps with the loss, the learning rate and the gradient norm of each, and the held-out loss a few times, first
    before training.

What to change
    What the diagnosis of this run says.

References
    Smith, A disciplined approach to neural network hyper-parameters (2018). arXiv:1803.09820
"""

import time

import numpy as np

from advisor.finding import Evidence
from probes.learning_rate.schedules import rate
from probes.outcome import note

TURNED = 0.1  # of its fall that the held-out loss has to rise again before it is said
TAGS = {"train_loss": "train/loss", "lr": "train/lr", "grad_norm": "train/grad_norm", "val_loss": "val/loss"}


def measure(training, *, schedule="constant", steps=300, evaluations=12, seconds=4.0):
    """A row a step, under the schedule from today's rate; those with a `val_loss` are as many as `seconds` allow."""
    peak, begin = training.lr, time.perf_counter()
    first = training.evaluate()
    affordable = seconds / max(time.perf_counter() - begin, 1e-9)
    every = max(1, round(steps / np.clip(affordable, 2, evaluations)))
    for step in range(steps):
        training.lr = rate(schedule, peak, step, steps)
        evaluated = {"val_loss": training.evaluate() if step else first} if step % every == 0 or step == steps - 1 else {}
        yield {"train_loss": training.step(), "lr": training.lr, "grad_norm": training.grad_norm, **evaluated}


def check(loss_curve):
    known = np.flatnonzero(~np.isnan(loss_curve.val_loss))
    if not len(known):  # what the training loss became is the catalogue's to tell
        return
    losses = loss_curve.val_loss[known]
    first, last, best = losses[0], losses[-1], int(np.argmin(losses))
    fact = Evidence("loss_curve/val_loss", int(known[0]), int(known[-1]), "held-out loss at the end", float(last), float(first))
    steps = f"in {len(loss_curve.train_loss)} steps"
    turned = f", and was lowest, {losses[best]:.3g}, at step {known[best]}" if last - losses[best] > TURNED * (first - losses[best]) else ""
    yield note(
        f"At a learning rate of {loss_curve.lr.max():.1e} the held-out loss went from {first:.3g} to {last:.3g} {steps}{turned}.",
        fact,
    )
