"""PyTorch Lightning: optimizers in configure_optimizers(), all else in the Trainer's arguments.

How it is recognized
    By its folder, lightning_logs, by what its callbacks log (the rate under lr- and the optimizer's class, hp_metric), or by one loss
    logged twice, for each step and for each epoch.

References
    https://lightning.ai/docs/pytorch/stable/common/trainer.html
"""

IN_OPTIMIZERS = "  # in configure_optimizers()"
LINES = {
    "lr": f"return torch.optim.{{optimizer}}(self.parameters(), {{momentum}}lr={{to}}){IN_OPTIMIZERS}",
    "optimizer": f"return torch.optim.{{to}}(self.parameters(), lr=self.hparams.lr){IN_OPTIMIZERS}",
    "weight_decay": f"return torch.optim.{{optimizer}}(self.parameters(), lr=self.hparams.lr, weight_decay={{to}}){IN_OPTIMIZERS}",
    "schedule": f"CosineAnnealingLR(optimizer, T_max={{to}})  # its 'interval' is 'epoch' unless set to 'step',{IN_OPTIMIZERS[3:]}",
    "warmup_steps": "{{'scheduler': LinearLR(optimizer, 0.01, total_iters={to}), 'interval': 'step'}}" + IN_OPTIMIZERS,
    "epochs": "Trainer(max_epochs={to})",
    "max_steps": "Trainer(max_steps={to})",
    "max_grad_norm": "Trainer(gradient_clip_val={to})",
    "accumulation_steps": "Trainer(accumulate_grad_batches={to})",
    "precision": "Trainer(precision='bf16-mixed')",
    "anomaly_detection": "Trainer(detect_anomaly=True)  # the error names the operation",
    "one_batch": "Trainer(overfit_batches=1, max_epochs=300)  # its loss must fall far, mostly to near 0",
    "patience": "Trainer(callbacks=[EarlyStopping('val_loss', patience={to}), ModelCheckpoint(monitor='val_loss')])",
}
UNNAMED = {"lr": "lr = {to}  # of the optimizer that configure_optimizers() returns"}


def recognize(logged):
    yield logged.below("lightning_logs", 1.0)
    yield logged.named(r"^(?:\w+/)?lr-(?:Adam|AdamW|SGD|RMSprop|NAdam|RAdam|Adagrad|Adadelta|Adafactor|Lion|ASGD)\b", 1.0)
    yield logged.named(r"^hp_metric$|^trainer/global_step$", 1.0)
    yield logged.named(r"loss_step$", 0.5)
    yield logged.named(r"loss_epoch$", 0.5)
    yield logged.setting("accumulate_grad_batches gradient_clip_val", 0.5)
    yield logged.setting("max_epochs check_val_every_n_epoch val_check_interval", 0.5)


IS = {
    "its folder": dict(tags=("train_loss", "val_loss"), folder="work/lightning_logs/version_3"),
    "its monitor of the rate": dict(tags=("lr-AdamW", "train_loss")),
    "a loss twice": dict(tags=("train_loss_step", "train_loss_epoch", "val_loss")),
    "its trainer": dict(tags=("loss",), hparams={"trainer/gradient_clip_val": 1.0, "trainer/max_epochs": 20}),
}
IS_NOT = {
    "a folder of versions": dict(tags=("train_loss",), folder="work/version_0"),
    "a rate for each group": dict(tags=("lr/pg0", "lr/pg1", "train/loss")),
}
