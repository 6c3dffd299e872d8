"""CleanRL: one file an algorithm, whose every setting is an option of its command line.

How it is recognized
    By the names of its charts.

References
    https://docs.cleanrl.dev/get-started/basic-usage/
    https://github.com/vwxyzjn/cleanrl
"""

PYTORCH = False
NO_PRODUCT = True
LINES = {
    "lr": "python cleanrl/ppo.py --learning-rate {to}",
    "max_steps": "python cleanrl/ppo.py --total-timesteps {to}",
    "max_grad_norm": "python cleanrl/ppo.py --max-grad-norm {to}",
    "entropy_coefficient": "python cleanrl/ppo.py --ent-coef {to}",
    "target_kl": "python cleanrl/ppo.py --target-kl {to}",
    "exploration_fraction": "python cleanrl/dqn.py --exploration-fraction {to}",
    "reward_scale": "env = gym.wrappers.NormalizeReward(env, gamma=gamma)  # in make_env, as ppo_continuous_action.py does",
}


def recognize(logged):
    yield logged.named(r"(?:^|/)charts/(?:episodic_return|episodic_length)$", 0.6)
    yield logged.named(r"(?:^|/)charts/SPS$", 0.4)


IS = {"its charts": dict(tags=("charts/episodic_return", "charts/episodic_length", "charts/SPS", "losses/policy_loss"))}
IS_NOT = {"Stable-Baselines3": dict(tags=("rollout/ep_rew_mean", "train/approx_kl", "time/fps")), "charts": dict(tags=("charts/loss",))}
