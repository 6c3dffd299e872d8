"""A model learns which things belong together, or to agree with itself on two views of one thing.

What is normal
    The loss begins near ln(batch size), the loss of guessing, and a larger batch has a larger loss: losses of different batch sizes cannot
    be compared. Without negatives (BYOL, DINO) the loss may rise while the features become better; what tells is a probe of them.
    Batches are of 256 to 4,096, and the rate goes with them: .03 with momentum for 256 (MoCo).

How it is recognized
    By a loss named for it (InfoNCE, NT-Xent, contrastive, triplet), or by hyperparameters of MoCo and DINO.

References
    Chen et al., A Simple Framework for Contrastive Learning (2020). arXiv:2002.05709
    Caron et al., Emerging Properties in Self-Supervised Vision Transformers (2021). arXiv:2104.14294
"""

from advisor.curves import fall, flat, noise

WORDS = "contrastive or self-supervised learning"
ADVISES_NOT = ("class_weights", "label_mask", "labels", "output_activation")
RATES = {
    "SGD with momentum": (0.015, 0.06),  # MoCo: .03 for 256 pictures, .015 for 128
    "Adam": (1e-4, 1e-3),  # CLIP 5e-4; small batches 3e-4
    "AdamW": (1e-4, 2e-3),  # DINO 5e-4 and MAE 1.5e-4 for each 256 pictures
}


def recognize(logged):
    yield logged.tag(r"_(?:info_?nce|nt_?xent|ntxent|contrastive|triplet|simclr|moco|byol|dino|ibot|barlow\w*|vicreg)_", 1.0)
    yield logged.setting("moco_k moco_m moco_t teacher_temp momentum_teacher nce_temperature nce_t", 1.0)
    yield logged.setting("method ssl_method", 1.0, value=r"^(?:simclr|moco\w*|byol|dino|simsiam|barlow\w*|vicreg|swav)$")


IS = {
    "by its loss": dict(tags=("train/info_nce_loss", "acc/top1")),
    "NT-Xent": dict(tags=("nt_xent",)),
    "MoCo": dict(tags=("loss", "acc1"), hparams=dict(moco_k=65536, moco_m=0.999)),
    "by its method": dict(tags=("train_loss",), hparams=dict(method="simclr", temperature=0.5)),
}
IS_NOT = {
    "distillation": dict(tags=("loss",), hparams=dict(temperature=4.0)),
    "a method of one's own": dict(tags=("loss",), hparams=dict(method="ours")),
}
HEALTHY = {"from the guess among 256": dict(curves={"info_nce_loss": fall(start=5.545, end=4.1, rate=5) * noise(0.02)})}
ILL = {"stayed at the guess": dict(curves={"info_nce_loss": flat(5.545) * noise(0.001)}, finds="loss-not-decreasing")}
