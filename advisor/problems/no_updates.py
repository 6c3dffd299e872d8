"""The policy was not updated.

What it means
    Updates ran and changed nothing: the gradient is zero, for the advantages are all equal or the policy is certain of what it does; or
    what is optimized is another net than the one that acts.

How it is detected
    The KL divergence between the policy before and after an update was exactly 0 in `share` or more of all updates. Where the updates that
    are logged come before learning begins, the reward tells: it must not have risen.

References
    Stable-Baselines3, Logger: approx_kl. https://stable-baselines3.readthedocs.io/en/master/common/logger.html
"""

import numpy as np

from advisor.curves import T, flat, line, noise
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"


def check(episode_reward, approx_kl, *, share=0.8):
    kl = enough(approx_kl)
    if ill(episode_reward) is None:
        return
    zero = float(np.mean(kl.values == 0))
    if zero < share:
        return
    yield Finding(
        f"{zero:.0%} of the updates between step {int(kl.steps[0])} and step {int(kl.steps[-1])} left the policy exactly as it was.",
        (Evidence("approx_kl", int(kl.steps[0]), int(kl.steps[-1]), "share of the updates that moved nothing", zero, share),),
        level="note",
        confidence=0.9,
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "never": dict(episode_reward=flat(-100), approx_kl=flat(0.0)),
    "hardly ever": dict(episode_reward=WANDERS, approx_kl=np.where(np.arange(200) % 10 == 3, 0.01, 0.0)),
}
GOOD = {
    "small steps": dict(episode_reward=WANDERS, approx_kl=flat(1e-4) * noise(0.3)),
    "learning began late": dict(episode_reward=line(-150, 100), approx_kl=np.where(T < 0.85, 0.0, 0.01)),
    "every third": dict(episode_reward=WANDERS, approx_kl=np.where(np.arange(200) % 3 == 1, 0.0, 0.01)),
}
