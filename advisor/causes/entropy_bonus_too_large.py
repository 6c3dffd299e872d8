"""The bonus for the policy's entropy outweighs its rewards.

What it means
    A policy that is paid for being undecided stays so where the rewards are small beside the bonus.

How it is weighed
    For: a bonus far above what is usual; an entropy that stays as it was. Against: a bonus of next to nothing, an entropy that fell.

What to change
    entropy_coefficient: to a tenth of today's, to 0.001 where it is not known.

References
    Andrychowicz et al., What Matters In On-Policy Reinforcement Learning? (2020), section 3.8. arXiv:2006.05990
"""

import numpy as np

from advisor.curves import line
from advisor.evidence.rewards.entropy import at_both_ends
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("policy-never-commits", "no-reward-progress")
PRIOR = {"policy-never-commits": 0.0, "no-reward-progress": -8.0}
LARGE, USUAL = 0.05, 0.01
MOVED = 0.02  # of the entropy


def weigh(entropy=None, hparams=None):
    bonus = as_number(hparams, "entropy_coefficient")
    if bonus is not None:
        weight = 10.0 if bonus >= LARGE else -8.0 if bonus <= USUAL else 0.0
        yield setting("entropy_coefficient", bonus, "bonus for the policy's entropy", weight)
    if entropy is not None and len(e := entropy.finite()):
        first, end = at_both_ends(e)
        change = abs(end / max(abs(first), 1e-300) - 1)
        weight = 2.0 if change <= MOVED else -6.0
        yield Evidence("entropy", int(e.steps[0]), int(e.steps[-1]), "change of the entropy as a share of it", change, MOVED, weight)


def changes(run, finding):
    now = as_number(run.signal("hparams"), "entropy_coefficient")
    if now is not None and now <= 0:
        return
    to = now / 10 if now else 0.001
    yield Change("entropy_coefficient", to=to, interval=(0.0, 3 * to), why="the rewards must count for more than being undecided")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"a large bonus": dict(episode_reward=WANDERS, entropy=line(1.386, 1.385), hparams=dict(entropy_coefficient=0.5))}
GOOD = {"a small bonus": dict(episode_reward=WANDERS, entropy=line(1.386, 1.385), hparams=dict(entropy_coefficient=0.0))}
