"""The evaluation differs from what the agent was trained in.

What it means
    Statistics by which observations are normalized that were not loaded, other wrappers, other levels, actions without the noise that
    training has.

How it is weighed
    A priori: a log shows the gap, not its reason.

What to change
    evaluation_environment: the same wrappers and the same statistics as in training.

References
    Stable-Baselines3, VecNormalize. https://stable-baselines3.readthedocs.io/en/master/guide/vec_envs.html#vecnormalize
    Cobbe et al., Quantifying Generalization in Reinforcement Learning (2018). arXiv:1812.02341
"""

from advisor.curves import every, line, noise
from advisor.finding import Change

EXPLAINS = ("evaluation-gap",)
PRIOR = 3.0


def weigh():
    return ()


def changes(run, finding):
    yield Change("evaluation_environment", to="as in training", why="the same wrappers and statistics of observations and rewards")


BAD = {"a gap": dict(episode_reward=line(-200, 100) * noise(0.02), eval_reward=every(10, line(-200, -190)))}
GOOD = {"none": dict(episode_reward=line(-200, 100) * noise(0.02), eval_reward=every(10, line(-200, 100)))}
