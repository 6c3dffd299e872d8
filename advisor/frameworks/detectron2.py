"""detectron2, and what is configured by its nodes.

How it is recognized
    By what it counts in its parts (rpn/num_pos_anchors, fast_rcnn/cls_accuracy), by the time of the slowest loader, or by its total beside
    a loss of region proposals and the most memory it took; or by its configuration.

References
    https://detectron2.readthedocs.io/en/latest/modules/config.html
"""

CLIP = "cfg.SOLVER.CLIP_GRADIENTS"
OPTIMIZER = "SGD with momentum"
LINES = {
    "lr": "cfg.SOLVER.BASE_LR = {to}",
    "batch_size": "cfg.SOLVER.IMS_PER_BATCH = {to}  # of all devices together",
    "weight_decay": "cfg.SOLVER.WEIGHT_DECAY = {to}",
    "max_steps": "cfg.SOLVER.MAX_ITER = {to}  # and cfg.SOLVER.STEPS, where the rate falls, in proportion",
    "warmup_steps": "cfg.SOLVER.WARMUP_ITERS = {to}",
    "max_grad_norm": f"{CLIP}.ENABLED, {CLIP}.CLIP_TYPE, {CLIP}.CLIP_VALUE = True, 'norm', {{to}}  # the norm of each parameter's gradient",
    "schedule": "cfg.SOLVER.LR_SCHEDULER_NAME = 'WarmupCosineLR'  # to cfg.SOLVER.MAX_ITER",
    "precision": "AMPTrainer(model, data_loader, optimizer, precision=torch.bfloat16)  # cfg.SOLVER.AMP.ENABLED takes float16",
    "num_workers": "cfg.DATALOADER.NUM_WORKERS = {to}",
    "patience": "hooks.BestCheckpointer(cfg.TEST.EVAL_PERIOD, checkpointer, 'bbox/AP')  # keeps the best: nothing in it stops early",
    "image_size": "cfg.INPUT.MIN_SIZE_TRAIN = ({to},)",
}


def recognize(logged):
    yield logged.named(r"^(?:rpn/num_\w+_anchors|roi_head/num_\w+_samples|(?:fast|mask)_rcnn/\w+)$", 1.0)
    yield logged.named(r"^rank_data_time$", 1.0)
    yield logged.named(r"^total_loss$", 0.4)
    yield logged.named(r"^loss_rpn_(?:cls|loc)$|^loss_box_reg$|^loss_mask$", 0.3)
    yield logged.named(r"^max_mem$|^BASE_LR$|^eta_seconds$", 0.3)
    yield logged.setting("base_lr ims_per_batch", 0.5)
    yield logged.setting("ims_per_batch max_iter", 0.5)


IS = {
    "its counts": dict(tags=("total_loss", "fast_rcnn/cls_accuracy", "rpn/num_pos_anchors")),
    "printed": dict(tags=("total_loss", "loss_cls", "loss_box_reg", "loss_rpn_cls", "loss_rpn_loc", "data_time", "lr", "max_mem")),
    "its configuration": dict(tags=("total_loss",), hparams={"SOLVER/BASE_LR": 0.02, "SOLVER/IMS_PER_BATCH": 16}),
}
IS_NOT = {
    "torchvision's references": dict(tags=("loss", "loss_classifier", "loss_box_reg", "loss_objectness", "loss_rpn_box_reg", "lr")),
    "a total of one's own": dict(tags=("total_loss", "loss_mask", "lr")),
}
