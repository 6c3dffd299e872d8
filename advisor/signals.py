"""The vocabulary: which tags of which framework mean which signal."""

SIGNALS = {
    "train_loss": "training loss",
    "val_loss": "validation loss",
    "train_accuracy": "training accuracy, or another score that should rise",
    "val_accuracy": "validation accuracy, or another score that should rise",
    "lr": "learning rate",
    "grad_norm": "norm of the whole gradient",
    "step_time": "seconds an optimizer step takes",
    "data_time": "seconds of a step spent waiting for data",
    "throughput": "samples, tokens or steps a second",
    "memory": "memory in use, in any unit",
    "epoch": "epochs done",
    "layer_grad_norms": "dict of layer to Scalar: the gradient's norm or root mean square in each layer, first layer first",
    "hparams": "dict of the run's hyperparameters under the names of advisor/hparams.py",
    "lines": "tuple of Line: failures told in text files beside the logs",
}


def resolve(run):
    raise NotImplementedError
