"""Updates hardly move the policy.

What it means
    A policy that moves by a hundred-thousandth of what is usual in an update needs a hundred thousand times as many. The rate is far too
    low, or rewards so large that a clipped gradient is all the value function's.

How it is detected
    The reward did not rise, and the median KL divergence of an update is above 0 and below `least`. Trainings that learn have medians
    around 1e-3 to 1e-2.

References
    Schulman et al., Proximal Policy Optimization Algorithms (2017). arXiv:1707.06347
    Huang et al., The 37 Implementation Details of Proximal Policy Optimization (2022).
    https://iclr-blog-track.github.io/2022/03/25/ppo-implementation-details/
"""

import numpy as np

from advisor.curves import flat, line, noise
from advisor.evidence.rewards.course import ill
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough

TASK = "reinforcement-learning"


def check(episode_reward, approx_kl, *, least=1e-6):
    kl = enough(approx_kl)
    moved = np.abs(kl.values[kl.values != 0])  # an estimate may be below 0
    if ill(episode_reward) is None or len(moved) < len(kl) / 2:
        return
    typical = float(np.median(moved))
    if typical >= least:
        return
    yield Finding(
        f"Updates hardly moved the policy: their median KL divergence is {typical:.1g} between step {int(kl.steps[0])} and step "
        f"{int(kl.steps[-1])}, where 1e-3 to 1e-2 is usual.",
        (Evidence("approx_kl", int(kl.steps[0]), int(kl.steps[-1]), "median KL divergence of an update", typical, least),),
        level="note",
        confidence=confidence(least, typical),
    )


WANDERS = -150 + 30 * np.random.default_rng(3).standard_normal(200)
BAD = {
    "a rate of next to nothing": dict(episode_reward=WANDERS, approx_kl=flat(1e-8) * noise(0.5)),
    "a little too small": dict(episode_reward=WANDERS, approx_kl=flat(3e-7) * noise(0.5)),
}
GOOD = {
    "usual steps": dict(episode_reward=WANDERS, approx_kl=flat(5e-3) * noise(0.5)),
    "small steps": dict(episode_reward=WANDERS, approx_kl=flat(2e-5) * noise(0.5)),
    "an agent that learns all the same": dict(episode_reward=line(-150, 100) * noise(0.05), approx_kl=flat(1e-8)),
}
