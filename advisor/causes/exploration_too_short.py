"""The exploration rate falls before enough was tried.

What it means
    Epsilon-greedy agents see what they do not prefer only by chance; with the rate gone, they see it no more.

How it is weighed
    For: a rate that was down in the first twentieth of the run. Against: one that fell slowly, or stays.

What to change
    exploration_fraction: to 0.1 of the run, to 0.3 where it was that already.

References
    Mnih et al., Human-level control through deep reinforcement learning (2015). doi:10.1038/nature14236
    Stable-Baselines3, DQN: exploration_fraction. https://stable-baselines3.readthedocs.io/en/master/modules/dqn.html
"""

import numpy as np

from advisor.curves import T, line
from advisor.evidence.rewards.exploration import down_at
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number

EXPLAINS = ("exploration-ended-early", "no-reward-progress")
PRIOR = {"exploration-ended-early": 10.0, "no-reward-progress": -2.0}
EARLY, LATE = 0.05, 0.1  # of the run


def weigh(exploration_rate):
    down = down_at(exploration_rate)
    share = 1.0 if down is None else down[1]
    weight = 10.0 if share <= EARLY else -10.0 if share > LATE else 0.0
    steps = exploration_rate.finite().steps
    yield Evidence("exploration_rate", int(steps[0]), int(steps[-1]), "share of the run in which it fell", share, EARLY, weight)


def changes(run, finding):
    now = as_number(run.signal("hparams"), "exploration_fraction")
    to = 0.1 if not now or now < 0.1 else min(3 * now, 0.9)
    yield Change("exploration_fraction", to=to, interval=(to / 2, min(3 * to, 1.0)), why="what is never tried is never valued")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"at once": dict(episode_reward=WANDERS, exploration_rate=0.05 + 0.95 * (T < 0.01))}
GOOD = {"slowly": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.05))}
