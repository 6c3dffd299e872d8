"""No label is left to learn from.

What it means
    Every target of the batch carries the index that the loss ignores (-100): the template that marks the answer was not found, or
    the text was cut before the answer began. The mean over nothing is 0 or NaN, and no gradient comes of it.

How it is weighed
    For: the loss is exactly 0, or not finite, from the first point on; the gradient's norm is 0 or NaN with it. Against: a loss that was
    learned first.

What to change
    label_mask: make sure that labels are left in each batch, before anything else is changed.

References
    PyTorch, CrossEntropyLoss: ignore_index. https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    Unsloth, "All labels are -100, training losses will be all 0". https://docs.unsloth.ai/basics/troubleshooting-and-faqs
"""

import numpy as np

from advisor.curves import T, fall, flat, nan_after, noise
from advisor.finding import Change, Evidence

EXPLAINS = ("hidden-nan", "exploding-loss")
PRIOR = {"hidden-nan": 2.0, "exploding-loss": -12.0}


def weigh(train_loss, grad_norm=None):
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    zero = bool((train_loss.values == 0).all())
    if zero:
        yield Evidence("train_loss", first, last, "0 before anything was learned", 0.0, weight=14.0 if grad_norm is not None else 8.0)
    elif not np.isfinite(train_loss.values).any():
        yield Evidence("train_loss", first, last, "not finite before anything was learned", float(train_loss.values[0]), weight=5.0)
    else:
        yield Evidence("train_loss", first, last, "there was a loss to learn from", float(np.nanmax(train_loss.values)), weight=-10.0)
    if zero and grad_norm is not None and len(grad_norm):
        none = float(np.mean((grad_norm.values == 0) | np.isnan(grad_norm.values)))
        if np.isnan(grad_norm.values).mean() > 0.5:
            yield Evidence("grad_norm", first, last, "NaN in the gradients, as of numbers that overflow: a share of", none, weight=-15.0)
            return
        yield Evidence("grad_norm", first, last, "share of the gradients that are 0 or NaN", none, 0.9, 3.0 if none > 0.9 else -8.0)


def changes(run, finding):
    yield Change("label_mask", to="checked", why="with every label masked there is nothing to learn: print the labels of one batch")


BAD = {
    "0 from the first point on": dict(train_loss=flat(0.0), grad_norm=flat(0.0)),
    "the same, no norm logged": dict(train_loss=flat(0.0)),
}
GOOD = {
    "0 later, with a norm of NaN": dict(train_loss=np.where(T < 0.5, fall(), 0.0), grad_norm=noise(0.2) * nan_after(0.5)),
    "NaN from the first point on": dict(train_loss=flat(np.nan)),
}
