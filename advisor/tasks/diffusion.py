"""A model learns to take noise away, or the flow from noise to data.

What is normal
    Each loss is that of times drawn at random, and how hard those are differs by far more than what is learned: after a fast fall in the
    first hundreds of steps the loss is flat and noisy for ever, while the samples go on becoming better. What tells is the mean over many
    times that are the same at each evaluation, or FID. Batches are of 64 to 256, and a rate of 1e-4 to 2e-4 stays the same to the end.

How it is recognized
    By losses named for it or by quarters of the times (loss_q0 to loss_q3), or by hyperparameters of the noise: its schedule, the number of
    times, what is predicted.

References
    Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models (2020). arXiv:2006.11239
    Nichol and Dhariwal, Improved DDPM (2021), section 4: the loss is dominated by which times were drawn. arXiv:2102.09672
"""

from advisor.curves import fall, flat, noise

WORDS = "diffusion or flow matching"
SPARES = ("loss-plateau", "unstable-loss")  # one that falls slowly from the start is slow here too
BEFORE = ("vae",)
ADVISES_NOT = ("class_weights", "dropout", "label_mask", "labels", "output_activation", "target_scale")
RATES = {"Adam": (1e-4, 2e-4), "AdamW": (1e-4, 2e-4)}  # DDPM 2e-4, improved DDPM and DiT 1e-4


def recognize(logged):
    yield logged.tag(r"_loss_q3_", 1.0)  # the critics of reinforcement learning are q1 and q2
    yield logged.tag(r"_(?:diffusion|denoising|ddpm|flow_matching|velocity)_(?:\w+_)?loss_|_loss_(?:diffusion|flow_matching|vlb)_", 1.0)
    yield logged.setting("num_train_timesteps diffusion_steps num_diffusion_steps diffusion_timesteps snr_gamma min_snr_gamma", 1.0)
    yield logged.setting("beta_schedule noise_schedule", 1.0, value="linear|cosine|scaled|sigmoid|squaredcos")
    yield logged.setting("timesteps num_timesteps n_timesteps n_steps_diffusion", 0.5)
    yield logged.setting("prediction_type objective", 0.6, value=r"^(?:epsilon|v_prediction|pred_noise|pred_x0|pred_v|sample)$")
    yield logged.setting("beta_start sigma_min sigma_max sigma_data", 0.5)


IS = {
    "by quarters of the times": dict(tags=("loss", "loss_q0", "loss_q1", "loss_q2", "loss_q3", "grad_norm")),
    "a schedule of noise": dict(tags=("train_loss",), hparams=dict(beta_schedule="linear", timesteps=1000)),
    "what is predicted": dict(tags=("train_loss",), hparams=dict(timesteps=1000, objective="pred_noise")),
}
IS_NOT = {
    "two critics": dict(tags=("loss_q1", "loss_q2", "actor_loss")),
    "a schedule of a VAE's weight": dict(tags=("recon_loss", "kl_loss"), hparams=dict(beta_schedule="none")),
    "a series": dict(tags=("loss",), hparams=dict(timesteps=24)),
}
TIMES = dict(timesteps=1000, beta_schedule="linear", lr=2e-4, optimizer="Adam")
HEALTHY = {"flat and noisy for ever": dict(curves={"loss": fall(start=1.0, end=0.03, rate=200) * noise(0.35)}, hparams=TIMES)}
ILL = {"foresees no noise at all": dict(curves={"loss": flat(1.0) * noise(0.01)}, hparams=TIMES, finds="loss-not-decreasing")}
