"""The schedule takes the learning rate to nothing before the loss has settled.

What it means
    The steps after that point cost as much as the others and change nothing.

How it is weighed
    For: the learning rate is below a thousandth of its peak for a large part of the run, and the loss froze
    where it got there.

What to change
    schedule: as many steps as the run has.

References
    The guide, "Learning Rate Schedules".
"""

import numpy as np

from advisor.curves import T, line, noise
from advisor.finding import Change, Evidence

EXPLAINS = ("loss-plateau", "underfitting", "slow-convergence")
PRIOR = {"loss-plateau": -6.0, "underfitting": -8.0, "slow-convergence": -8.0}
NOTHING = 1e-3


def weigh(lr=None):
    if lr is None or len(used := lr.finite()) < 10 or used.values.max() <= 0:
        return
    alive = used.steps[used.values > NOTHING * used.values.max()]
    share = (used.steps[-1] - alive[-1]) / max(np.ptp(used.steps), 1)
    if share > 0.3:
        yield Evidence("lr", int(alive[-1]), int(used.steps[-1]), "share of the run with next to no learning rate", float(share), 0.3, 16.0)


def changes(run, finding):
    lr = run.signal("lr")
    steps = int(lr.steps[-1] - lr.steps[0]) if lr is not None and len(lr) else None
    yield Change("schedule", to=steps, by=None if steps else 1.0, why="let it reach its end when the run does")


BAD = {
    "ends after a quarter": dict(
        train_loss=np.where(T < 0.25, line(2.3, -1.7), 1.3) * noise(0.01), lr=np.where(T < 0.25, 0.1 * (1 - 4 * T), 0.0)
    ),
}
GOOD = {"ends with the run": dict(train_loss=line(2.3, 2.1) * noise(0.01), lr=0.1 * (1 - T))}
