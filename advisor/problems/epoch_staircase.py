"""The training loss repeats itself with the epochs: it falls in steps at their boundaries, or draws the same pattern in each.

What it means
    Steps down between epochs that are flat inside mean that the model remembers the examples it saw an epoch ago, or that the
    loss is logged as an average since the epoch began: worth knowing, nothing to mend while validation follows. A pattern that
    comes back in every epoch means that the examples come in the same order each time: the model follows the order. Where the validation
    loss lost most of its start all the same it does no harm that shows, and is a note.

How it is detected
    Steps: falls at the boundaries made `share` or more of all movement after the first epoch, `fall` or more of the loss, and lie
    `sigmas` standard errors above none. Pattern: around its own course every epoch swings alike by `swing` or more of the loss, and
    this explains `repeated` times the variance that it would by chance; or, wherever epochs begin, the curve is like itself, `alike` or
    more, after some number of steps again and again (a note, unless it swings by `wild` of the loss and comes back to `back` of its
    start). A rate that restarts with the epoch, and an average that calms along it, are no such pattern. Of a log that
    begins in the middle of a training it is a note.

References
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
    Howard and Whitaker, Can LLMs learn from a single example? (2023). https://www.fast.ai/posts/2023-09-04-learning-jumps/
"""

from dataclasses import replace

import numpy as np

from advisor.curves import T, every, fall, flat, noise, spike_at
from advisor.curves import fall as falling
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.carrying_over import fell_to_its_end
from advisor.statistics.curve_shape import CannotTell, shape
from advisor.statistics.epoch_pattern import ALIKE, AVERAGED, averaged, pattern, repeats, restarted, stairs
from advisor.statistics.epochs import epochs_of, parts
from advisor.wording import percent

FELL = 0.6  # of its start: a validation loss that lost most of it, and ended there, follows the training


def check(
    train_loss, epoch=None, val_loss=None, lr=None, hparams=None, coverage=None,
    *, share=0.6, fall=0.1, sigmas=4.0, swing=0.15, repeated=12.0, alike=ALIKE, wild=0.5, back=0.4,
):  # fmt: skip
    told = [*by_epochs(train_loss, epoch, val_loss, lr, hparams, share, fall, sigmas, swing, repeated)]
    told = told or [*by_period(train_loss, lr, alike, wild, back)]
    unseen = coverage is not None and coverage.begins is False  # what the losses lost before, so that nobody knows what harm it does
    yield from (replace(found, level="note") for found in told) if unseen else told


def by_period(train_loss, lr, alike, wild, back):
    """The curve repeats itself, although nothing tells where epochs begin, or they are too short to show it."""
    found = repeats(train_loss, alike)
    if found is None or (lr is not None and len(lr.finite()) > 3 and repeats(lr, alike) is not None):
        return
    calm = averaged(parts(train_loss, found.steps))
    if calm is not None and calm <= AVERAGED:
        return
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    s = shape(train_loss)
    late = train_loss.finite().between((first + last) / 2).values
    low, middle, high = np.quantile(late, (0.1, 0.5, 0.9))
    swing, height = float((high - low) / max(abs(middle), 1e-300)), float(high / max(abs(s.start.value), 1e-300))
    if swing < wild / 5:
        return
    harms = swing >= wild and height >= back
    yield Finding(
        f"The training loss draws the same pattern again every {found.steps} steps (steps {first} to {last}): its ranks there correlate by "
        f"{found.alike:.2f}, where chance makes less than {alike:g}, and it swings by {percent(swing)} of itself.",
        (
            Evidence(
                "train_loss", first, last, f"likeness to itself {found.steps} steps before", found.alike, alike, kind="likeness to itself"
            ),
            Evidence("train_loss", first, last, "its high points, as a share of the start", height, back),
        ),
        level="warning" if harms else "note",
        confidence=max(0.8, confidence(found.alike, alike)),
    )


def by_epochs(train_loss, epoch, val_loss, lr, hparams, share, fall, sigmas, swing, repeated):
    """Steps and patterns of the epochs, where something tells where they begin."""
    try:
        epochs = epochs_of(train_loss, epoch, val_loss, hparams)
    except CannotTell:
        return
    first, last = int(epochs[0].steps[0]), int(epochs[-1].steps[-1])
    if restarted(epochs, lr):
        return
    calm = averaged(epochs)
    found = pattern(epochs) if calm is None or calm > AVERAGED else None
    steps = stairs(epochs)
    if steps.share >= share and steps.fall >= fall and steps.sigmas >= sigmas:
        yield Finding(
            f"From epoch to epoch the training loss falls in steps: {percent(steps.share)} of its movement after the first of "
            f"{len(epochs)} epochs happened at their boundaries (steps {first} to {last}).",
            (Evidence("train_loss", first, last, "share of the movement made at the boundaries of epochs", steps.share, share),),
            level="note",
            confidence=confidence(steps.sigmas, sigmas),
        )
    elif found and found.swing >= swing and found.f >= repeated:
        yield Finding(
            f"Every epoch draws the same pattern: the training loss swings by {percent(found.swing)} of itself and is highest "
            f"{percent(found.peak)} into the epoch, alike in {len(epochs)} epochs (steps {first} to {last}).",
            (
                Evidence("train_loss", first, last, "swing within each epoch as a share of the loss", found.swing, swing),
                Evidence("train_loss", first, last, "variance the epoch's phase explains, times chance", found.f, repeated),
            ),
            level="note" if fell_to_its_end(val_loss, FELL) else "warning",
            confidence=max(0.9, confidence(found.f, repeated)),  # a large swing that chance hardly explains
        )


EPOCH = np.floor(T * 4.999)  # five epochs
PHASE = T * 4.999 - EPOCH
SEEN = 1.4 * np.exp(-0.5 * EPOCH)
SORTED = 0.8 * (1 + 0.35 * np.sin(2 * np.pi * PHASE))
AVERAGE = np.concatenate([np.cumsum(part) / np.arange(1, len(part) + 1) for part in np.array_split(falling(rate=4) * noise(0.2), 5)])
ORDER = np.tile(np.random.default_rng(1).standard_normal(20), 10)
BAD = {
    "a step down with every epoch": dict(train_loss=SEEN * noise(0.03), epoch=EPOCH),
    "the same, smaller": dict(train_loss=(1.0 + 0.2 * np.exp(-0.4 * EPOCH)) * noise(0.008), hparams=dict(epochs=5)),
    "the same pattern in every epoch": dict(train_loss=SORTED * noise(0.1), epoch=EPOCH),
    "the same pattern, and validation falls all along": dict(
        train_loss=SORTED * noise(0.1), epoch=EPOCH, val_loss=every(10, falling(start=2.3, end=0.5, rate=6))
    ),
    "a saw": dict(train_loss=falling(end=0.5, rate=40) * (1 + 0.5 * PHASE) * noise(0.03), epoch=EPOCH),
    "a running average of each epoch": dict(train_loss=AVERAGE, epoch=EPOCH),
    "the same order of 40 steps, and no epoch logged": dict(train_loss=0.8 * np.exp(0.3 * ORDER) * noise(0.1)),
    "the same order, in a loss that learned": dict(train_loss=fall(end=0.1) * np.exp(0.4 * ORDER) * noise(0.05)),
    "a gentle saw, logged with fractions of epochs": dict(train_loss=0.8 * (1 + 0.2 * PHASE) * noise(0.02), epoch=5 * T),
}
GOOD = {
    "a smooth fall": dict(train_loss=fall(rate=3) * noise(0.03), epoch=EPOCH),
    "noise": dict(train_loss=fall() * noise(0.3), epoch=EPOCH),
    "settled, noisy": dict(train_loss=flat(0.5) * noise(0.2), epoch=EPOCH),
    "steps too small to matter": dict(train_loss=(1.0 + 0.04 * np.exp(-0.5 * EPOCH)) * noise(0.003), epoch=EPOCH),
    "steps within their noise": dict(train_loss=(1 + 0.3 * np.exp(-0.5 * EPOCH)) * noise(0.3, seed=2), epoch=EPOCH),
    "a rate that restarts with the epoch": dict(train_loss=(0.5 + 0.4 * (1 - PHASE)) * noise(0.03), epoch=EPOCH, lr=1e-3 * (1.01 - PHASE)),
    "a curriculum: one step down, half way": dict(train_loss=np.where(T < 0.6, 1.2, 0.7) * noise(0.03), epoch=EPOCH),
    "one hard batch": dict(train_loss=fall() * noise(0.05) + spike_at(0.5, 3.0), epoch=EPOCH),
    "alike, but no more than chance may make it": dict(train_loss=0.8 * np.exp(0.14 * ORDER) * noise(0.11)),
    "swings a little in every epoch": dict(train_loss=0.8 * (1 + 0.03 * np.sin(2 * np.pi * PHASE)) * noise(0.01), epoch=EPOCH),
}
