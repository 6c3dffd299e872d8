"""The resumed session began with other weights than the earlier one ended with.

What it means
    Nothing was loaded, or an early checkpoint, or only some of the layers (strict=False says nothing of those it left out). What was
    trained before is lost.

How it is weighed
    For: the loss is back where training once began, and takes as long as then to fall. Against: a loss that is back within a fraction of
    that.

What to change
    checkpoint: load it before the optimizer is made, strictly, and compare one validation loss with that before.

References
    PyTorch, Module.load_state_dict. https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
"""

import numpy as np

from advisor.curves import LAST_STEP, T, fall, noise
from advisor.finding import Change, Evidence

EXPLAINS = ("resume-jump",)
PRIOR = -2.0
ALL = 0.8


def weigh(finding):
    e, lost = finding.evidence[0], undone(finding)
    yield Evidence("train_loss", e.first_step, e.last_step, "share of the fall that was undone", lost, ALL, 10.0 if lost >= ALL else -8.0)


def undone(finding):
    """The share of the fall until then that the jump undid, as the finding measured it."""
    return finding.evidence[0].value


def changes(run, finding):
    yield Change("checkpoint", to="everything", why="the loss began where training once began: the weights were not loaded")


HALF = (LAST_STEP // 2,)
BAD = {"as high as at first": dict(train_loss=np.where(T < 0.5, fall(), np.roll(fall(), 100)) * noise(0.03), restarts=HALF)}
GOOD = {
    "a bump": dict(train_loss=(fall() + np.where(T < 0.5, 0.0, 0.8 * np.exp(-14 * np.maximum(T - 0.5, 0)))) * noise(0.05), restarts=HALF),
}
