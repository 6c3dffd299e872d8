"""A classifier learns from inputs that were changed to mislead it, so that it cannot be misled.

What is normal
    The training loss is that of attacked inputs and stays far above that of the same inputs as they are: 1.2 at the end is usual where a
    plain training goes to 0.01. A validation loss without attack lies below it. The accuracy under attack falls again after the first
    decay of the rate, while all else goes on improving: that overfitting is of robustness, and early stopping mends it. Each step takes
    as many times longer as the attack has steps.

How it is recognized
    By an accuracy or a loss under attack, or by hyperparameters of an attack: its steps, its size, the weight of TRADES.

References
    Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks (2018). arXiv:1706.06083
    Rice, Wong and Kolter, Overfitting in Adversarially Robust Deep Learning (2020). arXiv:2002.11569
"""

from advisor.curves import T, fall, flat, noise

WORDS = "adversarial training"
SPARES = ("underfitting", "train-eval-mismatch", "validation-better-than-training", "wrong-initial-loss")
RATES = {"SGD with momentum": (0.05, 0.1)}  # Madry, TRADES and Rice .1 for 128; fast training .2, in a triangle


def recognize(logged):
    yield logged.tag(r"_(?:robust|rob|adv|adversarial|pgd|attack|attacked)_(?:\w+_)?(?:acc\w*|err|error|top_?1)_", 1.0)
    yield logged.tag(r"_(?:acc\w*|err|error)_(?:robust|adv|adversarial|pgd|under_attack)_", 1.0)
    yield logged.tag(r"_robust_(?:\w+_)?loss_", 1.0)
    yield logged.setting("attack_iters attack_steps pgd_steps num_steps_attack pgd_alpha attack_eps adv_eps trades_beta", 1.0)
    yield logged.setting(
        "adv_train adversarial_training at_method attack", 1.0, value=r"^(?:true|1|pgd[\w-]*|fgsm\w*|trades|free|mart|awp)$"
    )
    yield logged.tag(r"_(?:generator|discriminator|gen|disc|[dg])_loss_|_loss_(?:generator|discriminator|[dg])_", -2.0)


IS = {
    "robust overfitting's table": dict(tags=("Train Loss", "Train Robust Loss", "Train Robust Acc", "Test Loss", "Test Robust Acc")),
    "under attack": dict(tags=("train_loss", "val_acc", "val_adv_acc")),
    "by its attack": dict(tags=("train_loss", "val_loss"), hparams=dict(attack_iters=10, epsilon=8)),
    "by its method": dict(tags=("loss",), hparams=dict(attack="pgd-10")),
}
IS_NOT = {
    "a GAN": dict(tags=("g_loss", "d_loss", "d_adv_acc")),
    "a robust regression": dict(tags=("loss", "robust_mae")),
    "exploration": dict(tags=("episode_reward_mean", "loss"), hparams=dict(epsilon=0.1)),
}
HEALTHY = {
    "attacked inputs cost twice what others do": dict(
        curves={
            "train_loss": fall(start=2.1, end=1.25, rate=6) * noise(0.02),
            "val_loss": fall(start=1.9, end=0.62, rate=6) * noise(0.02),
            "val_acc": 0.3 + 0.5 * (1 - fall(1, 0, 6)),
            "val_adv_acc": 0.2 + 0.3 * (1 - fall(1, 0, 6)) - 0.04 * T,
        },
        hparams=dict(attack_iters=10, lr=0.1, optimizer="SGD", momentum=0.9),
    ),
}
ILL = {
    "never left the guess": dict(
        curves={"train_loss": flat(2.3026) * noise(0.001), "val_loss": flat(2.3026) * noise(0.001), "val_adv_acc": flat(0.1)},
        finds="loss-not-decreasing",
    ),
}
