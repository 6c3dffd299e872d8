"""YOLO by Ultralytics, version 8 and later: every setting is an argument of model.train().

With optimizer='auto', the default, lr0 and momentum are chosen by the program and what was given for them is ignored: a new rate has to
come with an optimizer's name.

How it is recognized
    By its scores, of boxes (B), masks (M) or poses (P), by the rates of its three groups, or by its arguments.

References
    https://docs.ultralytics.com/usage/cfg/
"""

LINES = {
    "lr": "model.train(lr0={to}, optimizer=name)  # by name, 'SGD' or 'AdamW': optimizer='auto', the default, ignores lr0",
    "optimizer": "model.train(optimizer='{to}')",
    "batch_size": "model.train(batch={to})",
    "accumulation_steps": "model.train(nbs=64)  # smaller batches are accumulated to this many images by themselves",
    "weight_decay": "model.train(weight_decay={to})",
    "dropout": "model.train(dropout={to})  # of a classifier's head; detection and segmentation have none",
    "epochs": "model.train(epochs={to})",
    "patience": "model.train(patience={to})",
    "warmup_steps": "model.train(warmup_epochs=3.0)  # counted in epochs: {to} steps by the images of one and the batch",
    "schedule": "model.train(cos_lr=True)  # to the end of the training, whatever its length",
    "precision": "model.train(amp='bf16')  # versions that know no 'bf16': amp=False where numbers overflow",
    "augmentation": "model.train(mosaic=1.0, mixup=0.1, degrees=10.0, fliplr=0.5)  # fliplr=0.0 where a mirror image is another class",
    "num_workers": "model.train(workers={to})",
    "image_size": "model.train(imgsz={to})",
}


def recognize(logged):
    yield logged.named(r"^metrics/\S+\((?:B|M|P)\)$", 1.0)
    yield logged.named(r"^lr/pg\d$", 0.5)
    yield logged.named(r"^train/(?:dfl_loss|box_loss|pose_loss|cls_loss|loss)$", 0.5)
    yield logged.setting("lr0", 0.5)
    yield logged.setting("close_mosaic overlap_mask nbs", 0.5)


IS = {
    "its scores": dict(tags=("train/box_loss", "train/dfl_loss", "metrics/mAP50(B)", "lr/pg0")),
    "a classifier": dict(tags=("train/loss", "metrics/accuracy_top1", "val/loss", "lr/pg0", "lr/pg1", "lr/pg2")),
}
IS_NOT = {
    "version 5": dict(tags=("train/box_loss", "train/obj_loss", "metrics/mAP_0.5", "x/lr0")),
    "a script of one's own": dict(tags=("train/loss", "val/loss", "lr")),
}
