"""One model learns several things at once: its training loss is a sum of several, weighted.

What is normal
    The parts fall at different speeds, and one may rise for the sake of the others. Weights that are learned or change (by uncertainty, by
    the size of gradients) move the total with nothing learned or forgotten: it may fall below 0, and rise. What validation logs is often
    one part, or the plain sum: its level cannot be compared with that of the training loss.

How it is recognized
    By hyperparameters that weigh tasks or balance their gradients, or by tags that number tasks or log their learned uncertainty.

References
    Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses (2018). arXiv:1705.07115
    Chen et al., GradNorm (2018). arXiv:1711.02257
"""

from advisor.curves import T, fall, noise, rise

WORDS = "learning of several tasks at once"
SPARES = (
    "train-eval-mismatch",
    "validation-better-than-training",
    "wrong-initial-loss",
)  # they compare levels, or know what guessing costs
BEFORE = ("detection-segmentation",)


def recognize(logged):
    yield logged.setting("task_weights tasks_weights task_weighting loss_balancing weighting_method mtl multi_task multitask", 1.0)
    yield logged.setting("gradnorm_alpha pcgrad use_pcgrad cagrad uncertainty_weighting", 1.0)
    yield logged.tag(r"_(?:loss_)?task_?[12](?:_\w+)?_loss_|_loss(?:es)?_task_?[12]_|_task_?[12]_loss_", 1.0)
    yield logged.tag(r"_(?:log_var|log_vars|log_sigma|sigma|loss_weight|task_weight)_(?:task_?)?(?:\d|[a-z]+)_", 0.5)
    yield logged.tag(r"_total_loss_|_loss_total_", 0.5)
    yield logged.tag(r"_(?:log_var|approx_kl|kl|kld|elbo)_$", -1.0)  # of a VAE, of a policy


IS = {
    "numbered": dict(tags=("train/total_loss", "train/task1_loss", "train/task2_loss", "val/loss")),
    "learned uncertainty": dict(tags=("total_loss", "loss_depth", "loss_seg", "log_var_depth", "log_var_seg")),
    "by its weights": dict(tags=("train_loss", "val_loss"), hparams=dict(task_weights="[1.0, 0.5]")),
    "by how gradients are balanced": dict(tags=("train_loss",), hparams=dict(use_pcgrad=True)),
}
IS_NOT = {
    "one task of several": dict(tags=("loss",), hparams=dict(task="multi_class")),
    "a VAE": dict(tags=("total_loss", "recon_loss", "kl_loss", "log_var")),
    "a detector": dict(tags=("total_loss", "loss_cls", "loss_box_reg")),
}
HEALTHY = {
    "weights that are learned carry the total below 0": dict(
        curves={
            "train/total_loss": fall(start=1.5, end=-1.2, rate=5) * noise(0.02),
            "train/task1_loss": fall(start=2.3, end=0.5, rate=6) * noise(0.03),
            "train/task2_loss": (0.6 + 0.1 * T) * noise(0.03),
            "val/loss": fall(start=2.5, end=1.6, rate=6) * noise(0.01),
        },
    ),
    "validation weighs nothing, and lies below": dict(
        curves={"train_loss": fall(start=9, end=2.5, rate=6) * noise(0.02), "val_loss": fall(start=2.3, end=0.5, rate=6) * noise(0.02)},
        hparams=dict(task_weights="[1.0, 5.0]"),
    ),
}
ILL = {
    "validation turns": dict(
        curves={
            "train/total_loss": fall(start=3, end=0.05),
            "train/task1_loss": fall(start=2, end=0.03),
            "val/loss": fall(start=3, end=1) + rise(1.5, after=0.3),
        },
        finds="overfitting",
    ),
}
