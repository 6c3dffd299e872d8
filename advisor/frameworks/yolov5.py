"""YOLOv5, and YOLOv7 that came from it: a few arguments of train.py, all else in the file that --hyp names.

How it is recognized
    By its scores, mAP_0.5 and mAP_0.5:0.95, by the rates of its three groups (x/lr0), or by the names in its file of hyperparameters.

References
    https://docs.ultralytics.com/yolov5/tutorials/tips_for_best_training_results/
"""

NO_PRODUCT = True
BEFORE = ("ultralytics",)
IN_HYP = "  # in the file that --hyp names"
LINES = {
    "lr": "lr0: {to}" + IN_HYP,
    "weight_decay": "weight_decay: {to}" + IN_HYP,
    "warmup_steps": "warmup_epochs: 3.0" + IN_HYP + "; counted in epochs",
    "augmentation": "mixup: 0.1" + IN_HYP + "; hyp.scratch-med.yaml and hyp.scratch-high.yaml vary more",
    "optimizer": "python train.py --optimizer {to}",
    "batch_size": "python train.py --batch-size {to}",
    "epochs": "python train.py --epochs {to}",
    "patience": "python train.py --patience {to}",
    "schedule": "python train.py --cos-lr",
    "num_workers": "python train.py --workers {to}",
    "image_size": "python train.py --img {to}",
}


def recognize(logged):
    yield logged.named(r"^metrics/mAP_0\.5", 1.0)
    yield logged.named(r"^x/lr\d$", 1.0)
    yield logged.setting("lr0", 0.5)
    yield logged.setting("anchor_t obj_pw fl_gamma", 0.5)


IS = {
    "its scores": dict(tags=("train/box_loss", "train/obj_loss", "metrics/mAP_0.5", "metrics/mAP_0.5:0.95", "x/lr0")),
    "its hyperparameters": dict(tags=("train/box_loss",), hparams=dict(lr0=0.01, lrf=0.01, anchor_t=4.0)),
}
IS_NOT = {
    "version 8": dict(tags=("train/box_loss", "train/dfl_loss", "metrics/mAP50(B)", "lr/pg0")),
    "another detector": dict(tags=("loss", "mAP_0.5")),
}
