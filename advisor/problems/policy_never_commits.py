"""The policy is as undecided as when it began.

What it means
    An agent that takes every action as readily as at first has drawn no conclusion from its rewards: its steps are too small, its
    entropy bonus outweighs the rewards, or what it learns from is noise.

How it is detected
    The reward did not rise, or fell, and the entropy over the last tenth differs from that at first by `moved` of it or less.

References
    Andrychowicz et al., What Matters In On-Policy Reinforcement Learning? (2020), section 3.8. arXiv:2006.05990
"""

import numpy as np

from advisor.curves import line, noise
from advisor.evidence.rewards.course import ill
from advisor.evidence.rewards.entropy import at_both_ends
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"


def check(episode_reward, entropy, *, moved=0.02):
    e = enough(entropy)
    if ill(episode_reward) is None:
        return
    first, end = at_both_ends(e, first=0.1)
    change = abs(end - first) / max(abs(first), 1e-300)
    if change > moved or first <= 0.05:
        return
    yield Finding(
        f"The policy is as undecided at step {int(e.steps[-1])} as at step {int(e.steps[0])}: its entropy went from {first:.4g} to "
        f"{end:.4g}, and the reward did not rise, or fell.",
        (Evidence("entropy", int(e.steps[0]), int(e.steps[-1]), "change of the entropy as a share of it", change, moved),),
        level="note",
        confidence=confidence(moved, max(change, moved / 10)),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "not at all": dict(episode_reward=WANDERS, entropy=line(1.386, 1.3855)),
    "hardly": dict(episode_reward=WANDERS, entropy=line(1.386, 1.365)),
}
GOOD = {
    "it decides": dict(episode_reward=WANDERS, entropy=line(1.386, 0.7)),
    "it begins to decide": dict(episode_reward=WANDERS, entropy=line(1.386, 1.32)),
    "an agent that learns all the same": dict(episode_reward=line(-150, 100) * noise(0.05), entropy=line(1.386, 1.38)),
}
