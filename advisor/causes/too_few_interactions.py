"""The agent needs more time than it was given.

What it means
    A reward that is seldom met is found late: healthy agents may stand still for three quarters of their training.

How it is weighed
    A priori. Against: a reward that fell, or a policy that can no longer change.

What to change
    max_steps: three times as many, with several seeds; a look at other settings first is cheaper.

References
    Henderson et al., Deep Reinforcement Learning that Matters (2018). arXiv:1709.06560
"""

import numpy as np

from advisor.curves import T, line
from advisor.evidence.rewards.entropy import left, of_choices
from advisor.finding import Change, Evidence

EXPLAINS = ("no-reward-progress", "policy-never-commits", "value-function-not-learning")
PRIOR = {"no-reward-progress": 0.0, "policy-never-commits": -2.0, "value-function-not-learning": -4.0}
LEFT = 0.05  # of the entropy: a policy so sure will not change by itself


def weigh(entropy=None):
    if (e := of_choices(entropy)) is not None:
        weight = -10.0 if left(e) <= LEFT else 0.0
        yield Evidence("entropy", int(e.steps[0]), int(e.steps[-1]), "entropy at the end over that at first", left(e), LEFT, weight)


def changes(run, finding):
    yield Change("max_steps", by=3.0, interval=(2.0, 10.0), why="a reward that is seldom met is found late")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"nothing speaks against it": dict(episode_reward=WANDERS)}
GOOD = {
    "a policy that is sure": dict(episode_reward=WANDERS, entropy=1.1 * np.exp(-30 * T)),
    "it falls": dict(episode_reward=line(0, -300)),
}
