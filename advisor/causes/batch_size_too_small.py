"""The batch is too small.

What it means
    The gradient of a few examples is mostly noise, and many tiny steps leave the device idle between them.

How it is weighed
    For: a batch of 8 or less; a loss whose noise is as large as its progress. Against: a batch of 64 or more.

What to change
    batch_size, to where the noise of one step is a quarter of today's or less; where that does not fit in
    memory, accumulation_steps.

References
    The guide, "Small Batches".
    McCandlish et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
"""

import numpy as np

from advisor.curves import fall, noise
from advisor.evidence.step_times import steady_setting
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import examples_a_step

EXPLAINS = ("unstable-loss", "slow-training", "exploding-loss", "loss-not-decreasing", "loss-plateau")
PRIOR = {"unstable-loss": 1.0, "slow-training": -6.0, "exploding-loss": -8.0, "loss-not-decreasing": -8.0, "loss-plateau": -8.0}
FEW, SMALL, USUAL = 2, 8, 64


def weigh(finding, hparams=None):
    yield from steady_setting(finding)
    if (effective := examples_a_step(hparams)) is not None and effective > 0:
        weight = 9.0 if effective <= SMALL else -6.0 if effective >= USUAL else 2.0
        fact = "examples a step, next to none" if effective <= FEW else "examples a step"
        yield setting("batch_size", effective, fact, 12.0 if effective <= FEW else weight)


def changes(run, finding):
    hparams = run.signal("hparams")
    size, total = as_number(hparams, "batch_size"), examples_a_step(hparams)  # of one device, and of all that make one step
    times = 2 ** np.round(np.log2(np.clip(16 * total, 16, max(USUAL, 4 * total)))) / total if total else 4.0
    to = max(int(size) + 1, round(size * times)) if size else None
    for_speed = finding.problem == "slow-training"
    why = f"noise falls with the square root of the batch: {times:.3g} times the examples, {times**-0.5:.0%} of the noise"
    if for_speed:
        why = "a device that small batches leave idle takes hardly longer over larger ones"
    yield Change("batch_size", to=to, by=None if to else times, interval=(to / 2, to * 4) if to else (2.0, 16.0), why=why)
    if size and not for_speed:
        now = as_number(run.signal("hparams"), "accumulation_steps") or 1
        why = "the same where the larger batch does not fit in memory"
        yield Change("accumulation_steps", to=max(2, round(now * times)), why=why)


BAD = {"two examples a step": dict(train_loss=fall(start=2.0, end=1.2) * noise(0.5), hparams=dict(batch_size=2, lr=1e-3, optimizer="Adam"))}
GOOD = {
    "a large batch, a huge rate": dict(
        train_loss=fall(start=2.0, end=1.2) * noise(0.5), hparams=dict(batch_size=256, lr=1.0, optimizer="SGD")
    )
}
