"""An agent learns from the rewards of what it does.

What is normal
    The reward rises. The losses tell nothing: the policy's is 0 on average by design, the critic's grows with the rewards it learns to
    foresee, and both change whenever the agent meets something new. Frames a second fall when learning begins and when episodes become
    longer; Stable-Baselines3 (time/fps) and CleanRL (charts/SPS) log their mean since the start, in which no slowdown can be read.

How it is recognized
    By a reward or return of episodes, or by two or more of: losses of a policy, an actor or a critic, the length of episodes, PPO's clip
    fraction and approximate KL divergence, the name of an environment, the lambda of generalized advantages. Rewards of chosen and
    rejected answers speak against it: preference tuning learns from pairs, and its loss falls.

References
    Stable-Baselines3, Logger. https://stable-baselines3.readthedocs.io/en/master/common/logger.html
    CleanRL, Experiment tracking. https://docs.cleanrl.dev/
    Henderson et al., Deep Reinforcement Learning that Matters (2018). arXiv:1709.06560
"""

from advisor.curves import T, flat, nan_after, noise
from advisor.tasks import ANY_LOSS, ANY_RUN

WORDS = "reinforcement learning"
CANNOT_TELL = "this is reinforcement learning, whose losses do not tell whether the agent learns: its reward does, and none was logged"
JUDGES = ("no-reward-progress", "reward-collapse")
HOLDS = (*ANY_RUN, ANY_LOSS)
IGNORES = ("throughput",)
ADVISES_NOT = ("augmentation", "class_weights", "dropout", "epochs", "label_mask", "labels", "num_workers", "patience", "validation_split")

EPISODE = r"_(?:ep|eps|episode|episodes|episodic|rollout)_"
REWARD = r"(?:rew|reward|rewards|return|returns|ret|rets)_"


def recognize(logged):
    yield logged.tag(rf"{EPISODE}(?:\w+_)?{REWARD}|_{REWARD}(?:\w+_)?{EPISODE[1:]}|_(?:cumulative|extrinsic|total|avg|mean)_{REWARD}", 1.0)
    yield logged.tag(r"^_(?:train_|val_|eval_|test_|env_|environment_|epoch_)*(?:rewards?|returns?)_(?:mean_|std_|max_|min_)*$", 1.0)
    yield logged.tag(r"_(?:policy|actor)_(?:gradient_)?loss_|_loss(?:es)?_(?:policy|actor)_", 0.6)
    yield logged.tag(r"_(?:critic|qf?\d*|td|value)_(?:function_)?loss_|_loss(?:es)?_(?:critic|value|qf?\d*)_", 0.5)
    yield logged.tag(r"_(?:approx_kl|clip_?frac|clip_fraction|exploration_rate|explained_variance)_", 0.4)
    yield logged.tag(rf"{EPISODE}(?:\w+_)?(?:len|length|lengths)_", 0.5)
    yield logged.setting("env_id env_name gym_id gae_lambda total_timesteps", 0.5)
    yield logged.tag(r"_rewards?_(?:chosen|rejected|margins?|accurac\w+)_|^_(?:eval_|train_)*margins?_$", -2.0)


IS = {
    "Stable-Baselines3": dict(tags=("rollout/ep_rew_mean", "rollout/ep_len_mean", "time/fps", "train/loss", "train/value_loss")),
    "Stable-Baselines3 without a monitor": dict(tags=("time/fps", "train/approx_kl", "train/policy_gradient_loss", "train/value_loss")),
    "CleanRL": dict(tags=("charts/episodic_return", "charts/SPS", "losses/policy_loss", "losses/value_loss")),
    "ML-Agents": dict(tags=("Environment/Cumulative Reward", "Losses/Policy Loss", "Losses/Value Loss")),
    "a script of one's own": dict(tags=("train/loss", "train/reward", "val/reward")),
    "an actor and a critic": dict(tags=("actor_loss", "critic_loss")),
    "RLlib": dict(tags=("episode_reward_mean", "episode_len_mean", "training_iteration")),
    "language model, rewarded": dict(tags=("loss", "reward", "reward_std", "kl", "completions/mean_length")),
}
IS_NOT = {
    "preference tuning": dict(tags=("loss", "rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies")),
    "a reward model": dict(tags=("loss", "accuracy", "margin", "mean_reward", "min_reward", "max_reward")),
    "a regression": dict(tags=("train_loss", "explained_variance", "val_loss")),
    "a Wasserstein GAN": dict(tags=("critic_loss", "generator_loss")),
    "a scheduler's gamma": dict(tags=("train_loss",), hparams=dict(gamma=0.1)),
    "one part called value": dict(tags=("loss", "key_loss", "value_loss")),
}
HEALTHY = {
    "rewards and the critic's loss rise": dict(
        curves={
            "rollout/ep_rew_mean": -200 + 350 * T,
            "train/value_loss": (50 + 1e4 * T) * noise(0.4),
            "train/policy_gradient_loss": flat(-0.01) * noise(0.5),
            "train/loss": (20 + 5e3 * T) * noise(0.4),
        },
    ),
}
ILL = {
    "NaN": dict(curves={"rollout/ep_rew_mean": -200 + 0 * T, "train/value_loss": 50 * noise(0.4) * nan_after(0.3)}, finds="exploding-loss"),
}
