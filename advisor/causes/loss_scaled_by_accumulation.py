"""The loss is summed over the accumulated batches instead of averaged.

What it means
    With k batches a step and no division by k the logged loss and the gradient are k times too large. Under SGD that is k times the
    learning rate, and a clip meets every step.

How it is weighed
    For: k is set, and the training loss is k times the validation loss all along. Against: another ratio.

What to change
    accumulation_steps: keep it, and divide each batch's loss by it.

References
    Hugging Face, Fixing Gradient Accumulation (2024). https://huggingface.co/blog/gradient_accumulation
    Losses k times too large: https://github.com/huggingface/transformers/issues/34191
"""

import numpy as np

from advisor.curves import every, fall, noise
from advisor.finding import Change, Evidence
from advisor.problems.validation_better_than_training import level_beside
from advisor.signals.hparams import as_number

EXPLAINS = ("validation-better-than-training",)
PRIOR = -6.0
NEAR = 0.15


def weigh(train_loss, val_loss, hparams=None):
    k = as_number(hparams, "accumulation_steps")
    val = val_loss.finite()
    if k is None or k < 2 or len(val) < 3 or not (val.values > 0).all():
        return
    ratio = float(np.median(level_beside(train_loss.finite(), val)[0] / val.values))
    weight = 16.0 if abs(ratio / k - 1) <= NEAR else -10.0
    yield Evidence(
        "val_loss", int(val.steps[0]), int(val.steps[-1]), "training loss over validation loss, accumulated batches being", ratio, k, weight
    )


def changes(run, finding):
    k = as_number(run.signal("hparams"), "accumulation_steps")
    if k is not None and k >= 2:
        how = {"pytorch": f"(loss / {k:.0f}).backward()  # and optimizer.step(); optimizer.zero_grad() only every {k:.0f} batches"}
        why = f"keep {k:.0f}, but divide each loss by it: the step is {k:.0f} times too large"
        yield Change("accumulation_steps", to="averaged", from_="summed", why=why, how=how)


BAD = {
    "four times the validation loss": dict(
        train_loss=4 * fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.6)), hparams=dict(accumulation_steps=4)
    ),
}
GOOD = {
    "another ratio": dict(
        train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, 0.8 * fall(end=0.6)), hparams=dict(accumulation_steps=4)
    ),
}
