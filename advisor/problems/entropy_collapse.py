"""The policy settled on one way to act before it had learned anything.

What it means
    A policy whose entropy is next to nothing does the same in every state and tries nothing else, so no better way is found any more. An
    agent that has learned its task may be as sure, and that is no fault: only a reward that did not rise, or fell, makes it one.

How it is detected
    Beside such a reward the entropy over the last tenth is `left` or less of what it was at first, or it was next to nothing from the
    first point on. Of an entropy that can be negative, as of continuous actions, nothing is said.

References
    Mnih et al., Asynchronous Methods for Deep Reinforcement Learning (2016), section 4. arXiv:1602.01783
    Ahmed et al., Understanding the Impact of Entropy on Policy Optimization (2019). arXiv:1811.11214
"""

import numpy as np

from advisor.curves import T, flat, line
from advisor.evidence.rewards.course import ill
from advisor.evidence.rewards.entropy import at_both_ends, of_choices
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"
NOTHING = 0.05  # nats: one of two actions is taken in 99 of 100 cases


def check(episode_reward, entropy, *, left=0.05):
    e = enough(entropy)
    if ill(episode_reward) is None or of_choices(e) is None:
        return
    first, end = at_both_ends(e)
    if end > left * max(first, 1e-300) and max(first, end) > NOTHING * left / 0.05:
        return
    low = np.flatnonzero(e.values <= max(left * first, NOTHING))
    since = int(e.steps[low[0]]) if len(low) else int(e.steps[-1])
    yield Finding(
        f"The policy's entropy was {first:.2g} at first, next to nothing from step {since} on and {end:.2g} at step {int(e.steps[-1])}, "
        "while the reward did not rise, or fell.",
        (Evidence("entropy", since, int(e.steps[-1]), "entropy at the end over that at first", end / max(first, 1e-300), left),),
        level="note",
        confidence=confidence(left, max(end / max(first, 1e-300), left / 10)),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "at once": dict(episode_reward=WANDERS, entropy=1.1 * np.exp(-30 * T)),
    "by and by": dict(episode_reward=WANDERS, entropy=1.1 * np.exp(-3.5 * T)),
    "from the first point": dict(episode_reward=flat(-100), entropy=flat(0.03)),
}
GOOD = {
    "an agent that has learned": dict(episode_reward=line(-150, 100), entropy=1.1 * np.exp(-30 * T)),
    "a policy that still tries": dict(episode_reward=WANDERS, entropy=line(1.1, 0.4)),
    "a few per cent": dict(episode_reward=WANDERS, entropy=1.1 * np.exp(-2.5 * T)),
    "continuous actions": dict(episode_reward=WANDERS, entropy=line(2.8, -6.0)),
}
