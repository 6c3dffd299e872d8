"""fastai: a Learner, its fits, and callbacks.

How it is recognized
    By its names for the two losses and for its favourite score, or by what its callback logs of the optimizer: the loss as it is, the
    momentum of its squares.

References
    https://docs.fast.ai/callback.schedule.html
    https://docs.fast.ai/callback.tracker.html
"""

LINES = {
    "lr": "learn.fit_one_cycle(epochs, lr_max={to})",
    "epochs": "learn.fit_one_cycle({to})",
    "weight_decay": "learn.fit_one_cycle(epochs, wd={to})",
    "schedule": "learn.fit_one_cycle(epochs)  # up to the full rate and down to nothing, over all epochs",
    "warmup_steps": "learn.fit_one_cycle(epochs, pct_start=0.25)  # the share of all steps in which the rate rises",
    "batch_size": "dls = DataLoaders.from_dsets(train, valid, bs={to})  # bs= of whatever makes the DataLoaders",
    "dropout": "vision_learner(dls, arch, ps={to})  # tabular_learner: config=tabular_config(ps={to})",
    "max_grad_norm": "Learner(dls, model, cbs=GradientClip({to}))",
    "accumulation_steps": "Learner(dls, model, cbs=GradientAccumulation(n_acc={to} * dls.bs))  # it counts examples",
    "patience": "learn.fit_one_cycle(epochs, cbs=[EarlyStoppingCallback(patience={to}), SaveModelCallback()])",
    "precision": "learn = learn.to_bf16()",
}


def recognize(logged):
    yield logged.named(r"^raw_loss$", 0.5)
    yield logged.named(r"^(?:sqr_mom|mom|wd|eps)_0$", 0.5)
    yield logged.named(r"^valid_loss$", 0.5)
    yield logged.named(r"^error_rate$|^accuracy_multi$|^accuracy_thresh$", 0.5)


IS = {
    "its table": dict(tags=("train_loss", "valid_loss", "error_rate")),
    "its callback for W&B": dict(tags=("epoch", "train_loss", "raw_loss", "wd_0", "sqr_mom_0", "lr_0", "mom_0", "eps_0")),
}
IS_NOT = {
    "skorch": dict(tags=("train_loss", "valid_loss", "valid_acc")),
    "an error rate": dict(tags=("train_loss", "val_loss", "error_rate")),
}
