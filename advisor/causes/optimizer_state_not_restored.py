"""The checkpoint brought the weights back, but not the optimizer or the schedule.

What it means
    Without its moments an adaptive optimizer takes steps as large as at the start of training, and a schedule that begins anew warms up
    again or returns to its peak.

How it is weighed
    For: the loss is high for a while after the resumption and comes back quickly; the learning rate jumped there, or began anew. Against:
    a loss as high as at the very start.

What to change
    checkpoint: save and load the optimizer's, the scheduler's and the scaler's state with the model's.

References
    PyTorch, Saving and Loading a General Checkpoint.
    https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html
"""

import numpy as np

from advisor.causes.weights_not_restored import undone
from advisor.curves import LAST_STEP, T, fall, noise
from advisor.finding import Change, Evidence

EXPLAINS = ("resume-jump",)
PRIOR = 2.0
ALL = 0.8
JUMPED = 1.5


def weigh(finding, train_loss, lr=None):
    step, healed = finding.evidence[0].first_step, finding.evidence[0].last_step
    lost = undone(finding)
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    if lost < ALL:
        yield Evidence("train_loss", step, healed, "share of the fall that was undone", lost, ALL, 3.0)
    taken = (healed - step) / max(step - first, 1)
    if healed < last:
        weight = 3.0 if taken < 0.5 else -3.0
        yield Evidence("train_loss", step, healed, "time to come back over the time it took at first", taken, 0.5, weight)
    if lr is not None and len(before := lr.finite().between(last=step - 1)) and len(after := lr.finite().between(step)):
        ratio = float(after.values[0] / max(before.values[-1], 1e-300))
        anew = max(ratio, 1 / max(ratio, 1e-300)) > JUMPED
        yield Evidence(
            "lr", int(before.steps[-1]), int(after.steps[0]), "learning rate after over before", ratio, JUMPED, 10.0 if anew else 0.0
        )


def changes(run, finding):
    yield Change("checkpoint", to="everything", why="model, optimizer, scheduler and scaler belong together, and the place in the data too")


HALF = (LAST_STEP // 2,)
AGAIN = np.where(T < 0.5, 0.0, np.exp(-14 * np.maximum(T - 0.5, 0)))
JUMP = (fall() + 0.8 * AGAIN) * noise(0.05)
BAD = {
    "the moments were lost": dict(train_loss=JUMP, restarts=HALF),
    "the schedule began anew": dict(train_loss=JUMP, restarts=HALF, lr=1e-3 * (1 - T) + 5e-4 * (T >= 0.5)),
}
GOOD = {"the weights were lost": dict(train_loss=np.where(T < 0.5, fall(), np.roll(fall(), 100)) * noise(0.03), restarts=HALF)}
