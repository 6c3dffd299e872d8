"""The signals: every name that a rule may ask for, and what it is."""

SIGNALS = {
    "train_loss": "training loss",
    "val_loss": "validation loss",
    "train_accuracy": "training accuracy, or another score that should rise",
    "val_accuracy": "validation accuracy, or another score that should rise",
    "penalty": "what the training loss holds beside the error logged with it: a price on weights, see advisor/signals/loss_parts.py",
    "lr": "learning rate",
    "grad_norm": "norm of the whole gradient",
    "step_time": "seconds an optimizer step takes",
    "data_time": "seconds of a step spent waiting for data",
    "throughput": "samples, tokens or steps a second",
    "memory": "memory in use, in any unit",
    "epoch": "epochs done",
    "loss_scale": "the factor by which a gradient scaler multiplies the loss",
    "update_ratio": "how far an optimizer step moves the weights, as a share of their size",
    "input_mean": "mean of what the model is given",
    "input_std": "standard deviation of what the model is given",
    "layer_grad_norms": "dict of layer to Scalar: the gradient's norm or root mean square in each layer, first layer first",
    "layer_weights": "dict of layer to Scalar: the root mean square of each layer's weights, by their histograms, or their norm",
    "layer_updates": "dict of layer to Scalar: how far a step moves the layer's weights, as a share of their size",
    "layer_zeros": "dict of layer to Scalar: the share of the layer's units that answer 0, from 0 to 1",
    "layer_activations": "dict of layer to Scalar: the standard deviation of what the layer passes on",
    "sanity_check": "dict of what `advisor probe` saw before it trained, name to Scalar: see probes/measurements/sanity.py",
    "restarts": "tuple of steps: where a later session of the run began",
    "hparams": "dict of the run's hyperparameters under the names of advisor/signals/hparams.py",
    "siblings": "BetterSibling: the other run of the same search that learned most, see advisor/evidence/siblings.py",
    "lines": "tuple of Line: failures told in text files beside the logs",
    "coverage": "Coverage: what part of its training the log covers, see advisor/coverage/covered.py",
    "task": "Task: what kind of training it is, see advisor/tasks",
    "framework": "name of the framework that the settings are written in, empty where that is not sure, see advisor/frameworks",
}

LAYERED = ("layer_grad_norms", "layer_weights", "layer_updates", "layer_zeros", "layer_activations")
NO_CURVES = {*LAYERED, "sanity_check", "restarts", "hparams", "lines", "coverage", "task", "framework"}
