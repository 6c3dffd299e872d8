"""OpenMMLab (MMDetection, MMSegmentation, MMPretrain, …) on MMEngine: a configuration in Python.

How it is recognized
    By the folder of its scalars, vis_data, by base_lr beside memory and the time of the data, or by the names that its heads give their
    losses and its evaluators their scores.

References
    https://mmengine.readthedocs.io/en/latest/tutorials/optim_wrapper.html
"""

LINES = {
    "lr": "optim_wrapper = dict(optimizer=dict(type='{optimizer}', {momentum}lr={to}))  # before MMEngine: optimizer = dict(lr={to})",
    "optimizer": "optim_wrapper = dict(optimizer=dict(type='{to}', lr=1e-4, _delete_=True))",
    "weight_decay": "optim_wrapper = dict(optimizer=dict(weight_decay={to}))",
    "max_grad_norm": "optim_wrapper = dict(clip_grad=dict(max_norm={to}))",
    "accumulation_steps": "optim_wrapper = dict(accumulative_counts={to})",
    "precision": "optim_wrapper = dict(type='AmpOptimWrapper', dtype='bfloat16')",
    "batch_size": "train_dataloader = dict(batch_size={to})  # on each device",
    "num_workers": "train_dataloader = dict(num_workers={to}, persistent_workers=True)",
    "epochs": "train_cfg = dict(max_epochs={to})",
    "max_steps": "train_cfg = dict(max_iters={to})",
    "warmup_steps": "param_scheduler = [dict(type='LinearLR', start_factor=0.001, by_epoch=False, begin=0, end={to}), ...]",
    "schedule": "param_scheduler = [dict(type='CosineAnnealingLR', by_epoch=False, T_max={to})]",
    "patience": "default_hooks = dict(early_stopping=dict(type='EarlyStoppingHook', monitor='mIoU', patience={to}))  # 'coco/bbox_mAP'",
    "activation_checkpointing": "model = dict(backbone=dict(with_cp=True))",
}
UNNAMED = {"lr": "optim_wrapper = dict(optimizer=dict(lr={to}))  # before MMEngine: optimizer = dict(lr={to})"}


def recognize(logged):
    yield logged.below("vis_data", 1.0)
    yield logged.named(r"^base_lr$", 0.4)
    yield logged.named(r"^data_time$", 0.3)
    yield logged.named(r"^memory$", 0.3)
    yield logged.named(r"^(?:decode|aux)(?:_\d)?\.(?:loss_|acc_)|^coco/(?:bbox|segm)_mAP", 0.7)
    yield logged.named(r"^(?:bbox|segm)_mAP(?:_\d\d|_s|_m|_l)?$|^accuracy/top1$", 0.4)


IS = {
    "segmentation": dict(tags=("loss", "decode.loss_ce", "decode.acc_seg", "data_time", "memory", "lr")),
    "its folder": dict(tags=("loss", "lr"), folder="work_dirs/own/20240101_000000/vis_data"),
    "detection": dict(tags=("loss", "loss_bbox", "coco/bbox_mAP", "lr", "data_time")),
    "before MMEngine": dict(tags=("loss", "loss_bbox", "bbox_mAP", "bbox_mAP_50", "lr", "memory", "data_time")),
}
IS_NOT = {
    "detectron2": dict(tags=("total_loss", "loss_rpn_cls", "data_time", "lr", "max_mem")),
    "a script of one's own": dict(tags=("loss", "lr", "data_time", "memory")),
}
