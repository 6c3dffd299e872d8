"""Two nets learn against each other: a generator, and a discriminator or critic that tells its work from the real.

What is normal
    Each loss is measured against the other net, which changes too: neither need fall, both may rise, and a discriminator that wins or a
    generator that wins is no success. What tells is the work itself, or a distance such as FID.

How it is recognized
    By losses of both sides: loss_G and loss_D, g_loss and d_loss, generator and discriminator, D_real and D_fake, or by a learning rate
    for each side. One side alone is not enough.

References
    Goodfellow et al., Generative Adversarial Nets (2014). arXiv:1406.2661
    Heusel et al., GANs Trained by a Two Time-Scale Update Rule (2017). arXiv:1706.08500
"""

from advisor.curves import T, flat, nan_after, noise
from advisor.signals.games.duels import DISCRIMINATOR, GENERATOR, loss_of
from advisor.tasks import ANY_LOSS, ANY_RUN

WORDS = "adversarial learning"
CANNOT_TELL = "this is a GAN, whose losses are measured against each other: they do not tell whether it learns; its samples do, or FID"
HOLDS = (*ANY_RUN, ANY_LOSS)
ADVISES_NOT = ("augmentation", "class_weights", "dropout", "epochs", "label_mask", "labels", "patience", "validation_split")


def recognize(logged):
    yield logged.tag(loss_of(GENERATOR) + r"|^_(?:train_)?g_(?:a|b|gan|l1|adv|fake)_$", 0.5)
    yield logged.tag(loss_of(DISCRIMINATOR) + r"|^_(?:train_)?d_(?:a|b|real|fake|adv)_$", 0.5)
    yield logged.setting("lr_g g_lr lr_gen gen_lr lr_generator generator_lr", 0.5)
    yield logged.setting("lr_d d_lr lr_disc disc_lr lr_discriminator discriminator_lr", 0.5)
    yield logged.tag(r"_actor_", -1.0)  # a critic of reinforcement learning


IS = {
    "plain": dict(tags=("loss_G", "loss_D")),
    "short": dict(tags=("train/g_loss", "train/d_loss", "fid")),
    "in words": dict(tags=("Loss/generator", "Loss/discriminator")),
    "Wasserstein": dict(tags=("critic_loss", "generator_loss")),
    "CycleGAN": dict(tags=("D_A", "G_A", "cycle_A", "idt_A", "D_B", "G_B")),
    "pix2pix": dict(tags=("G_GAN", "G_L1", "D_real", "D_fake")),
    "losses by number, a rate for each side": dict(tags=("loss_0", "loss_1"), hparams=dict(lr_gen=2e-4, lr_disc=2e-4)),
}
IS_NOT = {
    "one side alone": dict(tags=("loss", "d_loss")),
    "a detector": dict(tags=("train/box_loss", "train/dfl_loss", "train/cls_loss")),
    "an actor and a critic": dict(tags=("actor_loss", "critic_loss")),
    "a gradient's norm": dict(tags=("loss", "g_norm", "d_model")),
}
HEALTHY = {
    "neither falls": dict(curves={"loss_G": (1 + 2 * T) * noise(0.3), "loss_D": flat(0.7) * noise(0.3)}),
}
ILL = {
    "NaN": dict(
        curves={"loss_G": (1 + 2 * T) * noise(0.3) * nan_after(0.5), "loss_D": flat(0.7) * noise(0.3) * nan_after(0.5)},
        finds="exploding-loss",
    ),
}
