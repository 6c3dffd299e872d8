"""Rewards are so large that the value function's loss drowns the policy's.

What it means
    Policy and value function often share a gradient that is clipped as one. Where returns are counted in thousands, their squared error
    is in millions, and what is left of the policy's gradient is next to nothing.

How it is detected
    The reward did not rise, or fell, and the median loss of the value function is `large` or more. Losses in the thousands are no fault.

References
    Engstrom et al., Implementation Matters in Deep Policy Gradients (2020): reward scaling. arXiv:2005.12729
    van Hasselt et al., Learning values across many orders of magnitude (2016). arXiv:1602.07714
"""

import numpy as np

from advisor.curves import flat, line, noise
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"


def check(episode_reward, value_loss, *, large=1e6):
    loss = enough(value_loss)
    typical = float(np.median(loss.values))
    if typical < large or ill(episode_reward) is None:
        return
    first, last = int(loss.steps[0]), int(loss.steps[-1])
    yield Finding(
        f"The value function's loss is {typical:.2g} in the median between step {first} and step {last}: rewards or their sums are so "
        "large that it drowns what the policy is to learn.",
        (Evidence("value_loss", first, last, "median loss of the value function", typical, large),),
        level="note",
        confidence=confidence(typical, large),
    )


WANDERS = -4e4 + 5e3 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "in billions": dict(episode_reward=WANDERS, value_loss=flat(2e9) * noise(0.5)),
    "in millions": dict(episode_reward=WANDERS, value_loss=flat(4e6) * noise(0.3)),
}
GOOD = {
    "in thousands": dict(episode_reward=WANDERS, value_loss=flat(3e4) * noise(0.5)),
    "an agent that learns all the same": dict(episode_reward=line(-4e4, 1e4), value_loss=flat(2e9) * noise(0.5)),
}
