"""The loss is summed over the accumulated batches instead of averaged.

What it means
    With k batches a step and no division by k the logged loss and the gradient are k times too large. Under SGD that is k times the
    learning rate, and a clip meets every step.

How it is weighed
    For: k is set, and the training loss is k times the validation loss all along. Against: another ratio; a k of 1; of a k that nobody
    logged, a ratio that no number of batches, two or more, makes.

What to change
    accumulated_loss: keep accumulation_steps, and divide each batch's loss by it.

References
    Hugging Face, Fixing Gradient Accumulation (2024). https://huggingface.co/blog/gradient_accumulation
    Losses k times too large: https://github.com/huggingface/transformers/issues/34191
"""

import numpy as np

from advisor.curves import every, fall, noise
from advisor.finding import Change, Evidence, setting
from advisor.problems.validation_better_than_training import level_beside
from advisor.signals.hparams import as_number

EXPLAINS = ("validation-better-than-training",)
PRIOR = -6.0
NEAR = 0.15


LEAST = 2  # batches: fewer are not accumulated


def weigh(train_loss, val_loss, hparams=None):
    k, val = as_number(hparams, "accumulation_steps"), val_loss.finite()
    if k is not None and k < LEAST:
        yield setting("accumulation_steps", k, "batches a step, so that nothing is accumulated", -30.0)
        return
    if len(val) < 3 or not (val.values > 0).all():
        return
    ratio, first, last = float(np.median(level_beside(train_loss.finite(), val)[0] / val.values)), int(val.steps[0]), int(val.steps[-1])
    if k is not None:
        weight = 16.0 if abs(ratio / k - 1) <= NEAR else -10.0
        yield Evidence("val_loss", first, last, "training loss over validation loss, accumulated batches being", ratio, k, weight)
    elif ratio < LEAST * (1 - NEAR):
        fact = "training loss over validation loss, less than any accumulated batches make it"
        yield Evidence("val_loss", first, last, fact, ratio, LEAST, -10.0)


def changes(run, finding):
    k = as_number(run.signal("hparams"), "accumulation_steps")
    if k is None:
        yield Change("accumulated_loss", to="averaged", why="where batches are accumulated, their losses are to be averaged, not summed")
    elif k >= LEAST:
        yield Change(
            "accumulated_loss", to="averaged", why=f"summed over {k:.0f} batches the loss is {k:.0f} times as large: divide each by {k:.0f}"
        )


BAD = {
    "four times the validation loss": dict(
        train_loss=4 * fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.6)), hparams=dict(accumulation_steps=4)
    ),
}
GOOD = {
    "nothing is accumulated": dict(
        train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, 0.8 * fall(end=0.6)), hparams=dict(accumulation_steps=1)
    ),
    "less than twice, and nothing is said of accumulation": dict(
        train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, 0.7 * fall(end=0.6))
    ),
    "another ratio": dict(
        train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, 0.8 * fall(end=0.6)), hparams=dict(accumulation_steps=4)
    ),
}
