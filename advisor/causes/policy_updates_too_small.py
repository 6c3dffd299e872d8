"""The learning rate is too low for the policy to move.

What it means
    What little an update changes is lost in the noise of the next.

How it is weighed
    For: a KL divergence of an update far below what is usual; a rate below what any such training uses. Against: usual updates.

What to change
    lr: ten times today's, or 3e-4.

References
    Andrychowicz et al., What Matters In On-Policy Reinforcement Learning? (2020), section 3.7. arXiv:2006.05990
    RL Baselines3 Zoo, tuned settings. https://github.com/DLR-RM/rl-baselines3-zoo
"""

import numpy as np

from advisor.curves import flat, noise
from advisor.evidence.rewards.policy_steps import policy_steps
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("policy-step-too-small", "policy-never-commits", "no-reward-progress")
PRIOR = {"policy-step-too-small": 8.0, "policy-never-commits": 2.0, "no-reward-progress": -2.0}
LOW, USUAL, TIMES = 1e-5, 3e-4, 10.0  # learning rates; times


def weigh(approx_kl=None, hparams=None):
    yield from policy_steps(approx_kl, -1)
    if (now := as_number(hparams, "lr")) is not None:
        yield setting("lr", now, "learning rate", 8.0 if now <= LOW else -4.0 if now >= USUAL else 0.0)


def changes(run, finding):
    now = as_number(run.signal("hparams"), "lr")
    why = "an update has to move the policy by more than its noise"
    if now:
        to = min(max(TIMES * now, USUAL), 100 * now) if now < USUAL else 3 * now
        yield Change("lr", to=to, interval=(to / 3, to * 3), why=why)
    else:
        yield Change("lr", by=TIMES, interval=(3.0, 30.0), why=why)


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"next to no movement": dict(episode_reward=WANDERS, approx_kl=flat(1e-8) * noise(0.5))}
GOOD = {"usual steps": dict(episode_reward=WANDERS, approx_kl=flat(5e-3) * noise(0.5))}
