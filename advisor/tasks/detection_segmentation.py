"""Things are found in pictures, with boxes or pixel by pixel.

What is normal
    The loss is a sum of parts that fall at different speeds, and after the first epoch it falls slowly, mostly at the decays of the rate.
    Accuracy by pixel or by anchor is high from the start, for most is background: mAP, IoU or Dice tell.
    Batches are of 2 to 64 images, and the rate goes with them: .02 with momentum for 16, warmed up for 1,000 iterations. Most of these nets
    have no dropout: weight decay, augmentation and an earlier end are what helps against overfitting.

How it is recognized
    By the parts of such losses (boxes, objects, masks, region proposals), or by the scores that only these tasks have.

References
    Ren et al., Faster R-CNN (2015). arXiv:1506.01497
    Long, Shelhamer and Darrell, Fully Convolutional Networks for Semantic Segmentation (2015). arXiv:1411.4038
"""

from advisor.curves import fall, nan_after, noise
from advisor.statistics.training_length import examples_a_step

WORDS = "detection or segmentation"
ADVISES_NOT = ("dropout",)
IMAGES = 16  # in a batch, for which the rates with momentum are given
ADAM = (6e-5, 1e-3)  # SegFormer 6e-5, DETR 1e-4, U-Net and YOLO with AdamW 1e-3


def rates(hparams, signs, start):
    """Faster and Mask R-CNN take .02 for 16 images and in proportion, .0025 for 2; YOLO and nnU-Net .01."""
    high = 0.02 * min(1.0, (examples_a_step(hparams) or IMAGES) / IMAGES)
    return {"SGD with momentum": (high / 2, high), "Adam": ADAM, "AdamW": ADAM}


def recognize(logged):
    yield logged.tag(r"_(?:bbox|box|obj|dfl|giou|mask|rpn\w*|dice|seg|centerness)_loss_", 1.0)
    yield logged.tag(r"_loss_(?:bbox|box|obj|dfl|giou|mask|rpn|dice|objectness|classifier|seg|centerness)_", 1.0)
    yield logged.tag(r"_(?:m_?)?(?:io_?u|dice)_|_(?:bbox|segm)_(?:map|ap)\d*_", 1.0)
    yield logged.tag(r"_map_?(?:50|0_5)\w*_", 1.0)


IS = {
    "two stages": dict(tags=("total_loss", "loss_cls", "loss_box_reg", "loss_rpn_cls")),
    "one stage": dict(tags=("train/box_loss", "train/cls_loss", "train/dfl_loss", "metrics/mAP50(B)")),
    "a transformer": dict(tags=("train_loss", "train_loss_ce", "train_loss_bbox", "train_loss_giou")),
    "segmentation": dict(tags=("loss", "mIoU", "aAcc")),
    "medical": dict(tags=("loss", "val_dice")),
}
IS_NOT = {
    "retrieval": dict(tags=("train_loss", "val/mAP")),
    "masked language": dict(tags=("masked_lm_loss", "loss")),
    "a classifier": dict(tags=("cls_loss", "acc")),
}
HEALTHY = {
    "noisy parts": dict(
        curves={
            "total_loss": fall(start=2.6, end=0.55, rate=8) * noise(0.15),
            "loss_cls": fall(start=1.6, end=0.15, rate=8) * noise(0.25),
            "loss_box_reg": fall(start=0.2, end=0.22, rate=8) * noise(0.2),
            "loss_rpn_cls": fall(start=0.7, end=0.05, rate=20) * noise(0.3),
        },
    ),
}
ILL = {
    "lost in its warm-up": dict(
        curves={"total_loss": fall(start=2.6, end=0.5) * nan_after(0.1), "loss_box_reg": fall(0.2, 0.2) * nan_after(0.1)},
        finds="exploding-loss",
    ),
}
