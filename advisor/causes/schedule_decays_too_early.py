"""The schedule takes the learning rate to nothing before the loss has settled.

What it means
    The steps after that point cost as much as the others and change nothing.

How it is weighed
    For: the learning rate is below a thousandth of its peak for a large part of the run; the loss bent from falling to flat just where
    the rate first fell to a fifth. Against: a loss that was flat long before the rate fell.

What to change
    schedule: as many steps as the run has; or one cycle over them.

References
    The guide, "Learning Rate Schedules".
"""

import numpy as np

from advisor.curves import T, line, noise
from advisor.evidence.learning_rate import when_rate_vanished
from advisor.finding import Change, Evidence
from advisor.statistics.changepoint import knee

EXPLAINS = ("loss-plateau", "underfitting", "slow-convergence")
PRIOR = {"loss-plateau": -6.0, "underfitting": -8.0, "slow-convergence": -8.0}
EARLY = 0.3  # of the run
FALLEN = 0.2  # of its peak
SIGMAS = 5.0


def weigh(train_loss, lr=None):
    gone, share = when_rate_vanished(lr) or (0, 0.0)
    if share > EARLY:
        yield Evidence("lr", gone, int(lr.steps[-1]), "share of the run with next to no learning rate", share, EARLY, 16.0)
    elif (dropped := fell_early(lr)) is not None and (bend := knee(train_loss)) is not None and bend.sigmas > SIGMAS:
        span = int(train_loss.steps[-1] - train_loss.steps[0])
        apart = (bend.step - dropped) / max(span, 1)  # a loss takes a little to follow
        froze = bend.before < 0 and abs(bend.after) < abs(bend.before) / 5 and -0.05 <= apart <= 0.1
        early, late = sorted((bend.step, dropped))
        fact = "share of the run between the fall of the rate and the bend of the loss"
        yield Evidence("train_loss", early, late, fact, apart, 0.1, 10.0 if froze else -5.0)


def fell_early(lr):
    """The step at which the rate first fell to a fifth of its peak, if that is in the first half of the run; None otherwise."""
    if lr is None or len(used := lr.finite()) < 10 or used.values.max() <= 0:
        return None
    after = used[int(used.values.argmax()) :]
    low = after.steps[after.values <= FALLEN * used.values.max()]
    middle = (int(used.steps[0]) + int(used.steps[-1])) / 2
    return int(low[0]) if len(low) and low[0] < middle else None


def changes(run, finding):
    lr = run.signal("lr")
    steps = int(lr.steps[-1] - lr.steps[0]) if lr is not None and len(lr) else "total_steps"
    yield Change("schedule", to=steps, why="let it reach its end when the run does")
    one_cycle = f"scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps={steps})"
    yield Change("schedule", to="one-cycle", why="up to the full rate and down to nothing over the whole run", how={"pytorch": one_cycle})


BAD = {
    "ends after a quarter": dict(
        train_loss=np.where(T < 0.25, line(2.3, -1.7), 1.3) * noise(0.01), lr=np.where(T < 0.25, 0.1 * (1 - 4 * T), 0.0)
    ),
}
GOOD = {"ends with the run": dict(train_loss=line(2.3, 2.1) * noise(0.01), lr=0.1 * (1 - T))}
