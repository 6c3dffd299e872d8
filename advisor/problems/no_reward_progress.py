"""The reward did not rise.

What it means
    The agent does no better than when it began. It may need longer, for a reward that is seldom earned is found late; it may not explore,
    its steps may be too small or thrown away, or the reward may not tell it what is wanted.

How it is detected
    The highest level of the episodes' reward that was kept for a fifth of the run lies above its start by less than `sigmas` standard
    errors, and its levels do not rank with time. A reward that is one number of zero or less all along is the same; one above zero may have
    been reached before the log began.

References
    Henderson et al., Deep Reinforcement Learning that Matters (2018). arXiv:1709.06560
    Andrychowicz et al., What Matters In On-Policy Reinforcement Learning? (2020). arXiv:2006.05990
"""

import numpy as np

from advisor.curves import T, flat, line, noise, step_to
from advisor.evidence.rewards.course import earned
from advisor.finding import Evidence, Finding
from advisor.statistics.curve_shape import CannotTell

TASK = "reinforcement-learning"


def check(episode_reward, coverage=None, *, sigmas=3.0):
    c = earned(episode_reward)
    if c.rose(sigmas) or c.fell():
        return
    if coverage is not None and coverage.begins is False:
        raise CannotTell("the log does not begin where the training began: the reward may have risen before")
    what = (
        f"was {c.end:.4g} nearly all along" if c.still else f"began at {c.start:.4g} and ended at {c.end:.4g}, its best level {c.best:.4g}"
    )
    yield Finding(
        f"The reward did not rise between step {c.first} and step {c.last}: it {what}.",
        (Evidence("episode_reward", c.first, c.last, "standard errors by which its best level lies above its start", c.gain, sigmas),),
        confidence=0.9 if c.still else 0.8,
    )


SINGLE = 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "noise": dict(episode_reward=-150 + SINGLE),
    "never earned": dict(episode_reward=flat(-200)),
    "seldom more than nothing": dict(episode_reward=flat(0.0) - 0.1 * (np.arange(200) % 40 == 7)),
    "a rise that was not kept": dict(episode_reward=-150 + SINGLE + 25 * np.exp(-200 * (T - 0.5) ** 2)),
}
GOOD = {
    "rises": dict(episode_reward=line(-200, 100) + SINGLE),
    "rises late": dict(episode_reward=step_to(-200, -110, 0.75) + SINGLE),
    "rises slowly": dict(episode_reward=line(-35, -33) + 0.01 * SINGLE),
    "rises, then level": dict(episode_reward=np.minimum(-200 + 800 * T, 100) + SINGLE),
    "rises at once, and gives a third back": dict(episode_reward=np.minimum(-200 + 2000 * T, 100 - 100 * T) + SINGLE),
    "one number above zero": dict(episode_reward=flat(500)),
    "falls": dict(episode_reward=line(0, -300) * noise(0.05)),
}
