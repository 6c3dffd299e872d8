"""Random actions ended before there was anything to learn from.

What it means
    A net of action values that is followed before it knows anything repeats what it happens to prefer; what it never tried it never
    learns to value.

How it is detected
    The reward did not rise, or fell, and the exploration rate had come within a twentieth of its end by `early` of the run or sooner.

References
    Mnih et al., Human-level control through deep reinforcement learning (2015): a rate that falls over the first million of 50 million
    frames. doi:10.1038/nature14236
"""

import numpy as np

from advisor.curves import T, line
from advisor.evidence.rewards.course import ill
from advisor.evidence.rewards.exploration import down_at
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"


def check(episode_reward, exploration_rate, *, early=0.05):
    rate = enough(exploration_rate)
    down = down_at(rate)
    if down is None or ill(episode_reward) is None or down[1] > early:
        return
    (at, share), first, end = down, float(rate.values[0]), float(rate.values[-1])
    yield Finding(
        f"Random actions had gone from {first:.2g} to {end:.2g} by step {at}, {share:.1%} of the run, "
        "and the reward did not rise, or fell.",
        (Evidence("exploration_rate", int(rate.steps[0]), at, "share of the run in which it fell", share, early),),
        level="note",
        confidence=confidence(early, max(share, early / 10)),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "at once": dict(episode_reward=WANDERS, exploration_rate=0.05 + 0.95 * (T < 0.01)),
    "very soon": dict(episode_reward=WANDERS, exploration_rate=np.maximum(1 - 25 * T, 0.05)),
}
GOOD = {
    "over a tenth": dict(episode_reward=WANDERS, exploration_rate=np.maximum(1 - 9.5 * T, 0.05)),
    "an agent that learned": dict(episode_reward=line(-150, 100), exploration_rate=0.05 + 0.95 * (T < 0.01)),
    "a rate that stays": dict(episode_reward=WANDERS, exploration_rate=np.full(200, 0.1)),
}
