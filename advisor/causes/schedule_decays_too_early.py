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
from advisor.rates import rate_gone

EXPLAINS = ("loss-plateau", "underfitting", "slow-convergence")
PRIOR = {"loss-plateau": -6.0, "underfitting": -8.0, "slow-convergence": -8.0}
EARLY = 0.3  # of the run


def weigh(lr=None):
    gone, share = rate_gone(lr) or (0, 0.0)
    if share > EARLY:
        yield Evidence("lr", gone, int(lr.steps[-1]), "share of the run with next to no learning rate", share, EARLY, 16.0)


def changes(run, finding):
    lr = run.signal("lr")
    steps = int(lr.steps[-1] - lr.steps[0]) if lr is not None and len(lr) else "total_steps"
    yield Change("schedule", to=steps, why="let it reach its end when the run does")


BAD = {
    "ends after a quarter": dict(
        train_loss=np.where(T < 0.25, line(2.3, -1.7), 1.3) * noise(0.01), lr=np.where(T < 0.25, 0.1 * (1 - 4 * T), 0.0)
    ),
}
GOOD = {"ends with the run": dict(train_loss=line(2.3, 2.1) * noise(0.01), lr=0.1 * (1 - T))}
