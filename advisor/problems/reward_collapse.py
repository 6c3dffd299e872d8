"""The reward fell far below what the agent had reached.

What it means
    The policy unlearned: a step went too far, it settled on a few actions that no longer fit, or its value estimates ran away. What the
    agent could do is in an earlier checkpoint, if one was kept.

How it is detected
    The reward's level over the last tenth lies below its highest level by `lost` or more of all that its levels span, and by `sigmas`
    standard errors. A reward that falls from its very beginning is the same.

References
    Dohare et al., Overcoming Policy Collapse in Deep Reinforcement Learning (2023). https://openreview.net/forum?id=m9Jfdz4ymO
    Schulman et al., Proximal Policy Optimization Algorithms (2017). arXiv:1707.06347
"""

import numpy as np

from advisor.curves import T, line, noise
from advisor.evidence.rewards.course import earned
from advisor.finding import Evidence, Finding, confidence

TASK = "reinforcement-learning"
AT_THE_END = True


def check(episode_reward, *, lost=0.5, sigmas=5.0):
    c = earned(episode_reward)
    if not c.fell(lost, sigmas):
        return
    since = (
        f"its best level {c.best:.4g} around step {c.best_step}" if c.best > c.start else f"where it began, {c.start:.4g} at step {c.first}"
    )
    yield Finding(
        f"The reward fell from {since} to {c.end:.4g} by step {c.last}.",
        (Evidence("episode_reward", c.best_step, c.last, "fall as a share of all that its levels span", c.lost, lost),),
        confidence=confidence(c.lost, lost),
    )


SINGLE = 20 * np.random.default_rng(5).standard_normal(200)
RISES = np.minimum(-200 + 800 * T, 100)
BAD = {
    "all that was learned": dict(episode_reward=RISES + SINGLE - 300 * (T > 0.7)),
    "half of it": dict(episode_reward=RISES + SINGLE - 200 * (T > 0.7)),
    "from the beginning": dict(episode_reward=line(0, -300) + SINGLE),
}
GOOD = {
    "kept": dict(episode_reward=RISES + SINGLE),
    "a fall that was made good": dict(episode_reward=RISES + SINGLE - 300 * np.exp(-300 * (T - 0.6) ** 2)),
    "a third of it": dict(episode_reward=RISES + SINGLE - 100 * (T > 0.7)),
    "within its noise": dict(episode_reward=-150 + 3 * SINGLE - 45 * (T > 0.9)),
    "swings of a rising reward": dict(episode_reward=(-200 + 300 * T) * noise(0.3)),
}
