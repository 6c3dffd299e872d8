"""skorch: PyTorch behind the interface of scikit-learn; every setting is an argument of the net.

How it is recognized
    By the duration of each epoch under its name, dur, beside its names for losses.

References
    https://skorch.readthedocs.io/en/stable/user/neuralnet.html
    https://skorch.readthedocs.io/en/stable/callbacks.html
"""

LINES = {
    "lr": "NeuralNet(Module, criterion, lr={to})",
    "optimizer": "NeuralNet(Module, criterion, optimizer=torch.optim.{to})",
    "weight_decay": "NeuralNet(Module, criterion, optimizer__weight_decay={to})",
    "batch_size": "NeuralNet(Module, criterion, batch_size={to})",
    "epochs": "NeuralNet(Module, criterion, max_epochs={to})",
    "dropout": "NeuralNet(Module, criterion, module__dropout={to})  # by the name that Module.__init__ gives it",
    "num_workers": "NeuralNet(Module, criterion, iterator_train__num_workers={to})",
    "shuffle": "NeuralNet(Module, criterion, iterator_train__shuffle=True)",
    "patience": "NeuralNet(Module, criterion, callbacks=[EarlyStopping(patience={to}, load_best=True)])",
    "max_grad_norm": "NeuralNet(Module, criterion, callbacks=[GradientNormClipping(gradient_clip_value={to})])",
    "schedule": "NeuralNet(Module, criterion, callbacks=[LRScheduler(policy='CosineAnnealingLR', T_max={to})])",
}


def recognize(logged):
    yield logged.named(r"(?:^|/)dur$", 0.6)
    yield logged.named(r"(?:^|/)valid_loss$", 0.2)
    yield logged.named(r"(?:^|/)train_loss$", 0.2)


IS = {
    "its history": dict(tags=("epoch", "train_loss", "valid_loss", "valid_acc", "dur"), format="json"),
    "its callback for TensorBoard": dict(tags=("dur", "Loss/train_loss", "Loss/valid_loss", "Loss/valid_acc")),
}
IS_NOT = {
    "fastai": dict(tags=("train_loss", "valid_loss", "error_rate")),
    "a duration": dict(tags=("dur", "train_loss", "val_loss")),
}
