"""Things are found in pictures, with boxes or pixel by pixel.

What is normal
    The loss is a sum of parts that fall at different speeds, and after the first epoch it falls slowly, mostly at the decays of the rate.
    Accuracy by pixel or by anchor is high from the start, for most is background: mAP, IoU or Dice tell.

How it is recognized
    By the parts of such losses (boxes, objects, masks, region proposals), or by the scores that only these tasks have.

References
    Ren et al., Faster R-CNN (2015). arXiv:1506.01497
    Long, Shelhamer and Darrell, Fully Convolutional Networks for Semantic Segmentation (2015). arXiv:1411.4038
"""

WORDS = "detection or segmentation"


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
