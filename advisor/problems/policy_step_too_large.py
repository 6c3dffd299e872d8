"""Updates throw the policy too far.

What it means
    Rewards were gathered by the policy as it was; they say little of one that is far from it. One such update can undo what was learned.

How it is detected
    The reward did not rise, or fell, and over half the run or around the fall the KL divergence of an update is `most` or more. Some
    agents learn at such steps: without an ill reward they are no finding.

References
    Schulman et al., Trust Region Policy Optimization (2015). arXiv:1502.05477
    OpenAI, Spinning Up: Proximal Policy Optimization, early stopping at a target KL.
    https://spinningup.openai.com/en/latest/algorithms/ppo.html
"""

import numpy as np

from advisor.curves import T, flat, line, noise
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"
AROUND = 0.1  # of the run, before its best level was lost


def check(episode_reward, approx_kl, *, most=0.2):
    kl, course = enough(approx_kl), ill(episode_reward)
    if course is None:
        return
    first, last = int(kl.steps[0]), int(kl.steps[-1])
    typical = float(np.median(kl.values))
    if typical < most and course.fell():
        reach = AROUND * (course.last - course.first)
        near = kl.between(int(course.best_step - reach), int(course.best_step + 3 * reach))
        if len(near) and near.values.max() > typical:
            typical, first, last = float(near.values.max()), int(near.steps[0]), int(near.steps[-1])
    if typical < most:
        return
    yield Finding(
        f"Updates moved the policy by a KL divergence of {typical:.2g} between step {first} and step {last}, where 1e-3 to 1e-2 is usual.",
        (Evidence("approx_kl", first, last, "KL divergence of an update", typical, most),),
        level="note",
        confidence=confidence(typical, most),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
FELL = np.minimum(-200 + 800 * T, 100) + WANDERS / 10 - 300 * (T > 0.7)
BAD = {
    "all along": dict(episode_reward=WANDERS, approx_kl=flat(1.5) * noise(0.3)),
    "where the reward fell": dict(episode_reward=FELL, approx_kl=flat(0.01) * noise(0.3) + 0.8 * (np.abs(T - 0.7) < 0.01)),
}
GOOD = {
    "usual steps": dict(episode_reward=WANDERS, approx_kl=flat(5e-3) * noise(0.5)),
    "somewhat large": dict(episode_reward=WANDERS, approx_kl=flat(0.05) * noise(0.3)),
    "an agent that learns all the same": dict(episode_reward=line(-150, 100), approx_kl=flat(2.0)),
}
