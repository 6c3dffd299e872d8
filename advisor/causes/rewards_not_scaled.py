"""Rewards are not brought to a scale of about 1.

What it means
    A value function has to foretell sums of rewards, and its error counts squared.

How it is weighed
    For: a loss of the value function in the millions; an explained variance of nothing. Against: a small loss.

What to change
    reward_scale: divide rewards by the running standard deviation of their discounted sum.

References
    Engstrom et al., Implementation Matters in Deep Policy Gradients (2020): reward scaling. arXiv:2005.12729
    Stable-Baselines3, VecNormalize. https://stable-baselines3.readthedocs.io/en/master/guide/vec_envs.html#vecnormalize
"""

import numpy as np

from advisor.curves import flat, noise
from advisor.finding import Change, Evidence

EXPLAINS = ("unscaled-rewards", "value-function-not-learning", "no-reward-progress", "policy-step-too-small", "reward-collapse")
PRIOR = {
    "unscaled-rewards": 10.0, "value-function-not-learning": 2.0, "no-reward-progress": -4.0, "policy-step-too-small": -2.0,
    "reward-collapse": -6.0,
}  # fmt: skip
LARGE, SMALL = 1e5, 100.0


def weigh(value_loss=None):
    if value_loss is not None and len(loss := value_loss.finite()):
        typical = float(np.median(loss.values))
        weight = 12.0 if typical >= LARGE else -8.0 if typical < SMALL else 0.0
        first, last = int(loss.steps[0]), int(loss.steps[-1])
        yield Evidence("value_loss", first, last, "median loss of the value function", typical, LARGE, weight)


def changes(run, finding):
    yield Change("reward_scale", to="normalized", why="sums of rewards of about 1 leave the policy its share of the gradient")


WANDERS = -4e4 + 5e3 * np.random.default_rng(3).standard_normal(200)
BAD = {"in billions": dict(episode_reward=WANDERS, value_loss=flat(2e9) * noise(0.5))}
GOOD = {"in tens": dict(episode_reward=WANDERS, value_loss=flat(30.0) * noise(0.5), explained_variance=flat(1e-7))}
