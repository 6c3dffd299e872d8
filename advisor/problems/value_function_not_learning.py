"""The value function foretells nothing of the returns.

What it means
    Without a value function that knows which states are worth more, every advantage is noise of whole returns, and the policy learns
    slowly or not at all. Rewards far from 1, a rate that is wrong for it, or inputs that do not show what matters keep it from learning.

How it is detected
    The reward did not rise, or fell, and the explained variance lay within `around` of 0 in nine of ten updates. Where it was no number the
    returns were all equal, which says nothing.

References
    Schulman et al., High-Dimensional Continuous Control Using Generalized Advantage Estimation (2015). arXiv:1506.02438
    Stable-Baselines3, Logger: explained_variance. https://stable-baselines3.readthedocs.io/en/master/common/logger.html
"""

import numpy as np

from advisor.curves import flat, line
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"
MOSTLY = 0.9  # of the updates


def check(episode_reward, explained_variance, *, around=0.02):
    ev = enough(explained_variance)
    if ill(episode_reward) is None:
        return
    near = float(np.mean(np.abs(ev.values) <= around))
    if near < MOSTLY:
        return
    first, last = int(ev.steps[0]), int(ev.steps[-1])
    yield Finding(
        f"The value function foretold nothing: the explained variance lay within {around:g} of 0 in {near:.0%} of the updates between step "
        f"{first} and step {last}.",
        (Evidence("explained_variance", first, last, "share of the updates with an explained variance around 0", near, MOSTLY),),
        level="note",
        confidence=0.8,
    )


RNG = np.random.default_rng(3)
WANDERS = -150 + 30 * RNG.standard_normal(200)
BAD = {
    "exactly none": dict(episode_reward=WANDERS, explained_variance=flat(1e-7)),
    "next to none": dict(episode_reward=WANDERS, explained_variance=0.008 * RNG.standard_normal(200)),
}
GOOD = {
    "a share of it": dict(episode_reward=WANDERS, explained_variance=line(0.0, 0.8)),
    "now and then": dict(episode_reward=WANDERS, explained_variance=0.2 * RNG.standard_normal(200)),
    "an agent that learns all the same": dict(episode_reward=line(-150, 400), explained_variance=flat(0.002)),
    "returns that are all equal": dict(episode_reward=WANDERS, explained_variance=np.where(np.arange(200) % 2, np.nan, 0.7)),
}
