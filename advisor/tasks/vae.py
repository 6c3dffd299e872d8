"""An autoencoder whose code is drawn from a distribution that is held near a simple one.

What is normal
    The loss is a sum of two that pull against each other: how well the input is rebuilt, and how far the code lies from the simple
    distribution. The second rises as the first falls, and it rises or falls with its weight where that is warmed up.

How it is recognized
    By the bound itself (ELBO), or by both of its parts.

References
    Kingma and Welling, Auto-Encoding Variational Bayes (2013). arXiv:1312.6114
    Bowman et al., Generating Sentences from a Continuous Space (2015): the weight's warm-up. arXiv:1511.06349
"""

WORDS = "a variational autoencoder"


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
