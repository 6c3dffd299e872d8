"""Each update takes the policy too far from the one that gathered the data.

What it means
    The learning rate is too high for the policy, or the same rollouts are used for too many epochs.

How it is weighed
    For: a KL divergence of an update far above what is usual, at all or somewhere. Against: one that never left the usual.

What to change
    lr: a third of today's. target_kl: stop the epochs of an update at 0.03.

References
    Schulman et al., Proximal Policy Optimization Algorithms (2017). arXiv:1707.06347
    OpenAI, Spinning Up: Proximal Policy Optimization. https://spinningup.openai.com/en/latest/algorithms/ppo.html
"""

import numpy as np

from advisor.curves import flat, noise
from advisor.evidence.rewards.policy_steps import policy_steps
from advisor.finding import Change
from advisor.signals.hparams import as_number

EXPLAINS = ("policy-step-too-large", "reward-collapse", "entropy-collapse", "no-reward-progress")
PRIOR = {
    "policy-step-too-large": 10.0, "reward-collapse": 0.0, "entropy-collapse": -2.0, "no-reward-progress": -4.0,
}  # fmt: skip
LESS, TARGET = 1 / 3, 0.03


def weigh(approx_kl=None):
    yield from policy_steps(approx_kl, +1)


def changes(run, finding):
    now = as_number(run.signal("hparams"), "lr")
    why = "smaller steps keep the policy near the one that gathered the data"
    if now:
        yield Change("lr", to=now * LESS, interval=(now / 10, now / 2), why=why)
    else:
        yield Change("lr", by=LESS, interval=(0.1, 0.5), why=why)
    if run.signal("approx_kl") is not None:
        yield Change("target_kl", to=TARGET, interval=(0.01, 0.05), why="no further epoch over rollouts that are of another policy by now")


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {"far above the usual": dict(episode_reward=WANDERS, approx_kl=flat(1.5) * noise(0.3))}
GOOD = {"usual steps": dict(episode_reward=WANDERS, approx_kl=flat(5e-3) * noise(0.3))}
