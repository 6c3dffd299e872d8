"""The exploration rate falls too slowly for this run.

What it means
    The schedule was made for a longer training: this one ends while chance still decides.

How it is weighed
    For: a rate that is still high at the end. Against: one that is low.

What to change
    exploration_fraction: to 0.3 of this run's steps.

References
    Stable-Baselines3, DQN: exploration_fraction. https://stable-baselines3.readthedocs.io/en/master/modules/dqn.html
"""

import numpy as np

from advisor.curves import line
from advisor.finding import Change, Evidence
from advisor.statistics.curve_shape import level

EXPLAINS = ("exploration-never-ends", "no-reward-progress")
PRIOR = {"exploration-never-ends": 10.0, "no-reward-progress": -2.0}
HIGH = 0.4


def weigh(exploration_rate):
    rate = exploration_rate.finite()
    end = level(rate, 0.9, 1).value
    weight = 8.0 if HIGH <= end <= 1 else -10.0
    first, last = int(rate.steps[0]), int(rate.steps[-1])
    yield Evidence("exploration_rate", first, last, "share of random actions at the end", end, HIGH, weight)


def changes(run, finding):
    yield Change("exploration_fraction", to=0.3, interval=(0.1, 0.5), why="its own choices have to show what they lead to")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"all of them": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.95))}
GOOD = {"a few": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.05))}
