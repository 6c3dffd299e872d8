"""Every episode earns the same, so that no action is better than another.

What it means
    A reward that is only given at a goal nobody reaches teaches nothing, and neither does one that the program computes wrongly.

How it is weighed
    For: a reward that is one number nearly all along. Against: one that varies.

What to change
    reward_function: play a good episode by hand and look at what it earns; reward what leads to the goal, or begin nearer to it.

References
    Ng, Harada and Russell, Policy Invariance Under Reward Transformations (1999).
    https://people.eecs.berkeley.edu/~russell/papers/icml99-shaping.pdf
"""

import numpy as np

from advisor.curves import flat
from advisor.evidence.rewards.course import earned
from advisor.finding import Change, Evidence

EXPLAINS = ("no-reward-progress", "no-updates", "value-function-not-learning")
PRIOR = {"no-reward-progress": 0.0, "no-updates": 2.0, "value-function-not-learning": -2.0}


def weigh(episode_reward):
    course = earned(episode_reward)
    fact = "one number nearly all along" if course.still else "varies from one point to the next"
    weight = 10.0 if course.still else -6.0
    yield Evidence("episode_reward", course.first, course.last, f"the reward is {fact}, at last", course.end, weight=weight, kind="still")


def changes(run, finding):
    yield Change("reward_function", to="looked at", why="where every episode earns the same, nothing can be learned")


BAD = {"never earned": dict(episode_reward=flat(-200))}
GOOD = {"it varies": dict(episode_reward=-150 + 30 * np.random.default_rng(3).standard_normal(200))}
