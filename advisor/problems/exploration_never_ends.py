"""Most actions are still taken at random.

What it means
    What is earned is earned by chance, whatever the agent knows: its reward cannot tell how well it has learned, and it seldom sees where
    its own choices lead.

How it is detected
    The reward did not rise, or fell, and the exploration rate over the last tenth is `still` or more.

References
    Mnih et al., Human-level control through deep reinforcement learning (2015). doi:10.1038/nature14236
"""

import numpy as np

from advisor.curves import line
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough, level

TASK = "reinforcement-learning"
AT_THE_END = True


def check(episode_reward, exploration_rate, *, still=0.4):
    rate = enough(exploration_rate)
    end = level(rate, 0.9, 1).value
    if not still <= end <= 1 or ill(episode_reward) is None:
        return
    first, last = int(rate.steps[0]), int(rate.steps[-1])
    yield Finding(
        f"At step {last} {end:.0%} of the actions were still taken at random, and the reward did not rise, or fell.",
        (Evidence("exploration_rate", first, last, "share of random actions at the end", end, still),),
        level="note",
        confidence=confidence(end, still),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "all of them": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.98)),
    "half of them": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.55)),
}
GOOD = {
    "a few": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.05)),
    "a third": dict(episode_reward=WANDERS, exploration_rate=line(1.0, 0.3)),
    "an agent that learns all the same": dict(episode_reward=line(-150, 100), exploration_rate=line(1.0, 0.9)),
}
