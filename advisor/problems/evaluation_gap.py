"""The agent earns far less where it is evaluated than where it learns.

What it means
    What is learned does not carry over: the evaluation has other starts, levels or a normalization of its own, or the policy's noise was
    part of what it learned.

How it is detected
    Both over the last fifth: the evaluation lies below the training's reward by `gap` or more of all that the training's levels span.

References
    Cobbe et al., Quantifying Generalization in Reinforcement Learning (2018). arXiv:1812.02341
    Stable-Baselines3, VecNormalize: statistics are to be saved and loaded.
    https://stable-baselines3.readthedocs.io/en/master/guide/examples.html#pybullet-normalizing-input-features
"""

import numpy as np

from advisor.curves import every, line, noise
from advisor.evidence.rewards.course import earned
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough, level

TASK = "reinforcement-learning"
AT_THE_END = True


def check(episode_reward, eval_reward, *, gap=0.5):
    if eval_reward.tag == episode_reward.tag and np.array_equal(eval_reward.values, episode_reward.values, equal_nan=True):
        return  # only an evaluation was logged
    course, judged = earned(episode_reward), enough(eval_reward, 5)
    train, val = level(episode_reward, 0.8, 1).value, level(judged, 0.8, 1).value
    behind = (train - val) / max(course.best - course.low, 1e-300)
    if behind < gap or not course.rose():
        return
    yield Finding(
        f"The agent earned {val:.4g} where it was evaluated and {train:.4g} where it learned, over the last fifth, to step {course.last}.",
        (Evidence("eval_reward", int(judged.steps[0]), int(judged.steps[-1]), "gap as a share of all that the reward spans", behind, gap),),
        confidence=confidence(behind, gap),
    )


BAD = {
    "learned, and not to be seen": dict(episode_reward=line(-200, 100) * noise(0.02), eval_reward=every(10, line(-200, -190))),
    "half of it": dict(episode_reward=line(0, 300) * noise(0.02), eval_reward=every(10, line(0, 100))),
}
GOOD = {
    "as good": dict(episode_reward=line(-200, 100) * noise(0.02), eval_reward=every(10, line(-200, 110))),
    "somewhat behind": dict(episode_reward=line(0, 300) * noise(0.02), eval_reward=every(10, line(0, 200))),
}
