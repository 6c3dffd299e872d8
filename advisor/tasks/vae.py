"""An autoencoder whose code is drawn from a distribution that is held near a simple one.

What is normal
    The loss is a sum of two that pull against each other: how well the input is rebuilt, and how far the code lies from the simple
    distribution. The second rises as the first falls, and it rises or falls with its weight where that is warmed up.
    Adam takes 1e-3 for batches of 100 or so; where the loss is a sum over pixels SGD takes 1e-5 to 1e-3.

How it is recognized
    By the bound itself (ELBO), or by both of its parts.

References
    Kingma and Welling, Auto-Encoding Variational Bayes (2013). arXiv:1312.6114
    Bowman et al., Generating Sentences from a Continuous Space (2015): the weight's warm-up. arXiv:1511.06349
"""

from advisor.curves import T, fall, flat, nan_after, noise

WORDS = "a variational autoencoder"
ADVISES_NOT = ("class_weights", "label_mask", "labels")
ADAM = (5e-4, 1e-3)  # PyTorch's example 1e-3
SUMMED = 30.0  # a first loss above it is a sum over pixels: an average is of the size of a pixel's


def rates(hparams, signs, start):
    """Adam's; a loss that is summed over pixels has a gradient so much larger that SGD wants 1e-5 to 1e-3."""
    summed = {"SGD": (1e-5, 1e-3), "SGD with momentum": (1e-6, 1e-4)} if start is not None and start > SUMMED else {}
    return {"Adam": ADAM, "AdamW": ADAM, **summed}


def recognize(logged):
    yield logged.tag(r"_(?:neg_|negative_)?elbo_", 1.0)
    yield logged.tag(r"_(?:kl|kld|kl_div|kl_divergence)_(?:\w+_)?loss_|_loss_(?:kl|kld)_|^_(?:\w+_)?(?:kl|kld)_$", 0.5)
    yield logged.tag(r"_(?:rec|recon\w*)_(?:\w+_)?(?:loss|error)_|_loss_(?:rec|recon\w*)_|^_(?:\w+_)?recon\w*_$", 0.5)
    yield logged.setting("kl_weight kld_weight beta_vae", 0.5)


IS = {
    "both parts": dict(tags=("loss", "recon_loss", "kl_loss")),
    "short names": dict(tags=("train/recon", "train/kl", "train/total")),
    "the bound": dict(tags=("train_elbo", "val_elbo")),
}
IS_NOT = {
    "an autoencoder": dict(tags=("recon_loss", "val_recon_loss")),
    "distillation": dict(tags=("loss", "kl_loss", "ce_loss")),
    "a policy": dict(tags=("train/approx_kl", "train/value_loss")),
}
HEALTHY = {
    "one part rises as the other falls": dict(
        curves={
            "loss": (fall(start=540, end=105, rate=10)) * noise(0.01),
            "recon_loss": (fall(start=540, end=80, rate=10)) * noise(0.01),
            "kl_loss": 25 * (1 - fall(1, 0, 10)) * noise(0.02) + 0.01 * T,
        },
    ),
}
ILL = {
    "NaN": dict(
        curves={tag: fall(start=540, end=105) * nan_after(0.2) for tag in ("loss", "recon_loss", "kl_loss")}, finds="exploding-loss"
    ),
    "nothing is rebuilt": dict(
        curves={"loss": flat(206.0) * noise(0.002), "recon_loss": flat(206.0) * noise(0.002), "kl_loss": flat(1e-6) * noise(0.5)},
        finds="loss-not-decreasing",
    ),
}
