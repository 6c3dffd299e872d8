"""Nothing keeps the policy from settling on one way to act.

What it means
    A policy gradient makes what was rewarded likelier at once, be it by luck. A bonus for its entropy keeps the other actions alive until
    more is known.

How it is weighed
    For: an entropy that came to next to nothing; a bonus of 0. Against: an entropy that is still a good share of what it was.

What to change
    entropy_coefficient: to 0.01, five times today's where there is one.

References
    Mnih et al., Asynchronous Methods for Deep Reinforcement Learning (2016), section 4. arXiv:1602.01783
    RL Baselines3 Zoo, tuned settings of PPO and A2C. https://github.com/DLR-RM/rl-baselines3-zoo
"""

import numpy as np

from advisor.curves import T, flat, line
from advisor.evidence.rewards.entropy import at_both_ends, left, of_choices
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("entropy-collapse", "reward-collapse", "no-reward-progress", "no-updates")
PRIOR = {"entropy-collapse": 8.0, "reward-collapse": -4.0, "no-reward-progress": -4.0, "no-updates": 0.0}
LEFT, ALIVE, NOTHING = 0.05, 0.3, 0.05  # of the entropy at first; nats
USUAL, TIMES = 0.01, 5.0


def weigh(entropy=None, hparams=None):
    if (e := of_choices(entropy)) is not None:
        weight = 10.0 if left(e) <= LEFT or max(at_both_ends(e)) <= NOTHING else -8.0 if left(e) >= ALIVE else 0.0
        yield Evidence("entropy", int(e.steps[0]), int(e.steps[-1]), "entropy at the end over that at first", left(e), LEFT, weight)
    if as_number(hparams, "entropy_coefficient") == 0:
        yield setting("entropy_coefficient", 0.0, "bonus for the policy's entropy", 2.0)


def changes(run, finding):
    now = as_number(run.signal("hparams"), "entropy_coefficient")
    to = TIMES * now if now else USUAL
    yield Change("entropy_coefficient", to=to, interval=(to / 5, to * 5), why="what the policy does not try, it cannot learn")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "the entropy went at once": dict(episode_reward=WANDERS, entropy=1.1 * np.exp(-30 * T)),
    "from the first point": dict(episode_reward=flat(-100), entropy=flat(0.03), approx_kl=flat(0.0)),
}
GOOD = {"the policy still tries": dict(episode_reward=WANDERS, entropy=line(1.1, 0.7))}
