"""What is logged of an agent that learns from rewards: what it earned, how it decides, and how far its policy moves."""

import re
from collections.abc import Mapping

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import VAL, spelled, words

EARNED = r"_(?:rew|rews|reward|rewards|return|returns|ret|rets)_|_(?:episode|ep|avg|average|mean|total|running)_(?:\w+_)?scores?_"
NOT_EARNED = set(
    words(
        "std min max var median loss losses scale normalizer baseline chosen rejected accuracies accuracy margin margins"
        " advantage advantages target targets rms discount gamma weight bonus penalty intrinsic curiosity rnd model predicted"
        " prediction estimate history normalized time rate"
    )
)
PLAIN = set(
    words(
        "rollout rollouts env environment charts episode episodes episodic ep eps mean avg average total cumulative sum train training"
        " performance metrics log stats reward rewards rew return returns ret per over sampler data extrinsic policy raw 100 eval"
    )
)
PATTERNS = {
    "entropy": r"_entropy_(?!(?:.*_)?(?:coef\w*|alpha|target|beta|cost|weight)_)",
    "approx_kl": r"_(?:approx_?kl|kl_div(?:ergence)?|mean_kl|approximate_kl)_(?!(?:.*_)?(?:coef\w*|beta|loss|target)_)"
    r"|_learner_stats_kl_|_learners?_(?:.*_)?mean_kl_loss_",  # RLlib's, old and new
    "explained_variance": r"_(?:explained_variance|explained_var|ev|vf_explained_var)_",
    "value_loss": r"_(?:value|vf|v|critic|value_function)_(?:function_)?loss_|_loss(?:es)?_(?:value|critic|vf)_",
    "exploration_rate": r"_(?:exploration_rate|epsilon|eps|exploration)_",
}
REWARDED = ("episode_reward", "eval_reward", *PATTERNS)
FEW = 3  # points: a curve with fewer gives way to a longer one


def rewards(scalars: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The signals of reinforcement learning that were logged, by their names; none where no reward was.

    The entropy is what it is, also where its negative was logged.
    """
    curves = {tag: curve for tag, curve in scalars.items() if len(curve) and not of_a_probe(tag)}
    found = {}
    earned = [c for tag, c in curves.items() if re.search(EARNED, spelled(tag)) and not NOT_EARNED & set(words(tag))]
    evaluated = [c for c in earned if set(VAL) & set(words(c.tag))]
    for name, among in (("episode_reward", [c for c in earned if c not in evaluated] or evaluated), ("eval_reward", evaluated)):
        if best := min(among, key=_plainness, default=None):
            found[name] = best
    for name, pattern in PATTERNS.items() if earned else ():
        never = set(VAL) | ({"policy"} if name == "exploration_rate" else set())  # ML-Agents' Policy/Epsilon is PPO's clip range
        among = [c for tag, c in curves.items() if re.search(pattern, spelled(tag)) and not never & set(words(tag))]
        if best := min(among, key=_plainness, default=None):
            found[name] = best
    if (entropy := found.get("entropy")) is not None and "loss" in words(entropy.tag) and _is_negative(entropy):
        found["entropy"] = Scalar(entropy.steps, -entropy.values, entropy.wall, entropy.tag)
    return found


def _plainness(curve: Scalar) -> tuple:
    said = words(curve.tag)
    return len(curve) < FEW, len([w for w in said if w not in PLAIN]), not {"mean", "avg", "average"} & set(said), -len(curve), len(said)


def _is_negative(curve: Scalar) -> bool:
    """Whether no value of it is above zero: Stable-Baselines3 logs what it adds to the loss."""
    values = curve.finite().values
    return bool(len(values) and values[0] < 0 and np.median(values) <= 0)
