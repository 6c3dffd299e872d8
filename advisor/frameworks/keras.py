"""Keras 3, on whatever backend: the optimizer in compile(), all else in fit() and in callbacks.

How it is recognized
    By what TensorFlow prints of a model or a device, by the tags of its TensorBoard callback, or by loss, accuracy and the two of
    validation under exactly its names: printed, where no epoch is counted as a number of its own, in the history that fit() returns, or in
    the CSVLogger's file, whose columns are sorted.

References
    https://keras.io/api/models/model_training_apis/
    https://keras.io/api/optimizers/
"""

PYTORCH = False
LINES = {
    "lr": "model.compile(optimizer=keras.optimizers.{optimizer}({momentum}learning_rate={to}), loss=loss)",
    "optimizer": "model.compile(optimizer=keras.optimizers.{to}(learning_rate=1e-3), loss=loss)",
    "weight_decay": "keras.optimizers.AdamW(learning_rate=lr, weight_decay={to})",
    "max_grad_norm": "keras.optimizers.{optimizer}({momentum}learning_rate=lr, global_clipnorm={to})",
    "accumulation_steps": "keras.optimizers.{optimizer}({momentum}learning_rate=lr, gradient_accumulation_steps={to})",
    "batch_size": "model.fit(x, y, batch_size={to})  # of a tf.data.Dataset: dataset.batch({to})",
    "epochs": "model.fit(x, y, epochs={to})",
    "max_steps": "model.fit(x, y, epochs=1, steps_per_epoch={to})",
    "patience": "keras.callbacks.EarlyStopping(monitor='val_loss', patience={to}, restore_best_weights=True)",
    "dropout": "keras.layers.Dropout({to})",
    "schedule": "keras.optimizers.schedules.CosineDecay(lr, decay_steps={to})  # as learning_rate of the optimizer",
    "warmup_steps": "keras.optimizers.schedules.CosineDecay(0.0, decay_steps, warmup_target=lr, warmup_steps={to})",
    "precision": "keras.mixed_precision.set_global_policy('mixed_bfloat16')  # before the model is made",
    "hidden_size": "keras.layers.Dense({to})",
    "activation": "keras.layers.{to}()",
    "normalization": "keras.layers.BatchNormalization()  # or GroupNormalization(), LayerNormalization()",
    "initialization": "keras.layers.Dense(units, kernel_initializer='he_normal')",
    "shuffle": "model.fit(x, y, shuffle=True)  # of a tf.data.Dataset: dataset.shuffle(10_000)",
    "class_weights": "model.fit(x, y, class_weight={{label: total / (classes * count) for label, count in counts.items()}})",
    "penalty": "keras.layers.Dense(units, kernel_regularizer=keras.regularizers.L2({to}))  # L1 where it is that; of every layer",
    "anomaly_detection": "tf.debugging.enable_check_numerics()  # before training; the error names the operation",
    "one_batch": "model.fit(x[:32], y[:32], epochs=300)  # the loss of so few must fall far, mostly to near 0",
    "num_workers": "dataset.map(load, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)",
}
UNNAMED = {"lr": "model.optimizer.learning_rate = {to}  # or learning_rate={to}, where compile() is given the optimizer"}
SCORE = r"(?:(?:binary_|categorical_|sparse_categorical_)?accuracy|acc|mae|mse|mean_absolute_error|mean_squared_error|auc)"


def recognize(logged):
    yield logged.setting("framework", 1.0, value="^(?:tensorflow|keras)$")
    yield logged.named(r"(?:^|/)epoch_(?:loss|accuracy|learning_rate)$|(?:^|/)evaluation_\w+_vs_iterations$", 1.0)
    if named_alike(logged):
        yield logged.named(r"^loss$", 0.25)
        yield logged.named(r"^val_loss$", 0.25)
        yield logged.named(rf"^{SCORE}$", 0.25)
        yield logged.named(rf"^val_{SCORE}$", 0.25)


def named_alike(logged) -> bool:
    """Whether these are the columns of a CSVLogger, sorted, or names in a text that prints "Epoch 3/20", or in a history.

    The rate is no metric, and comes after them where a callback adds it.
    """
    columns = [tag for tag in logged.tags if tag not in ("epoch", "lr", "learning_rate")]
    return {"csv": columns == sorted(columns), "text": "epoch" not in logged.tags, "json": True}.get(logged.format, False)


IS = {
    "TensorFlow said so": dict(tags=("train_loss", "train_acc"), hparams={"framework": "tensorflow"}, format="text"),
    "its callback for TensorBoard": dict(tags=("train/epoch_loss", "validation/epoch_loss")),
    "printed": dict(tags=("loss", "accuracy", "val_loss", "val_accuracy"), format="text"),
    "its CSVLogger": dict(tags=("epoch", "accuracy", "loss", "val_accuracy", "val_loss"), format="csv"),
    "its history in a table, with the rate": dict(tags=("accuracy", "loss", "val_accuracy", "val_loss", "learning_rate"), format="csv"),
    "its history": dict(tags=("loss", "mae", "val_loss", "val_mae"), format="json"),
}
IS_NOT = {
    "a table of one's own": dict(tags=("epoch", "loss", "accuracy", "val_loss", "val_accuracy"), format="csv"),
    "a logger of one's own": dict(tags=("epoch", "loss", "accuracy", "val_loss", "val_accuracy"), format="text"),
    "a writer of one's own": dict(tags=("loss", "accuracy", "val_loss", "val_accuracy"), format="tensorboard"),
    "PyTorch's habit": dict(tags=("train_loss", "train_acc", "val_loss", "val_acc"), format="json"),
}
