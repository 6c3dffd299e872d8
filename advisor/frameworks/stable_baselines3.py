"""Stable-Baselines3: every setting is an argument of the algorithm's class.

How it is recognized
    By the names under which its logger groups what it logs.

References
    https://stable-baselines3.readthedocs.io/en/master/modules/ppo.html
    https://stable-baselines3.readthedocs.io/en/master/guide/vec_envs.html#vecnormalize
"""

PYTORCH = False
LINES = {
    "lr": "PPO('MlpPolicy', env, learning_rate={to})  # or A2C, DQN, SAC, TD3",
    "batch_size": "PPO('MlpPolicy', env, batch_size={to})  # or DQN, SAC, TD3",
    "max_steps": "model.learn(total_timesteps={to})",
    "max_grad_norm": "PPO('MlpPolicy', env, max_grad_norm={to})",
    "entropy_coefficient": "PPO('MlpPolicy', env, ent_coef={to})  # or A2C",
    "target_kl": "PPO('MlpPolicy', env, target_kl={to})",
    "reward_scale": "env = VecNormalize(env, norm_obs=False, norm_reward=True)",
    "exploration_fraction": "DQN('MlpPolicy', env, exploration_fraction={to})",
    "evaluation_environment": "eval_env = VecNormalize.load(path, eval_env); eval_env.training = False  # the statistics of training",
    "reward_function": "obs, reward, terminated, truncated, info = env.step(action)  # by hand, for one good episode",
}


def recognize(logged):
    yield logged.named(r"(?:^|/)rollout/ep_(?:rew|len)_mean$", 1.0)
    yield logged.named(r"(?:^|/)train/(?:approx_kl|policy_gradient_loss|n_updates|ent_coef_loss)$", 0.5)
    yield logged.named(r"(?:^|/)time/(?:fps|total_timesteps|time_elapsed)$", 0.5)


IS = {
    "PPO": dict(tags=("rollout/ep_rew_mean", "train/approx_kl", "time/fps")),
    "without a monitor": dict(tags=("train/n_updates", "time/fps", "train/loss")),
}
IS_NOT = {
    "CleanRL": dict(tags=("charts/episodic_return", "charts/SPS", "losses/policy_loss", "losses/approx_kl")),
    "a training that counts frames": dict(tags=("train/loss", "time/fps", "val/loss")),
}
