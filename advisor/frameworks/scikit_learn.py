"""Scikit-learn's boosted trees, and its small networks.

How it is recognized
    By parameters that it alone names so, or by what its boosting prints: the loss of training and the time that remains.

References
    https://scikit-learn.org/stable/modules/ensemble.html
"""

PYTORCH = False
LINES = {
    "lr": "model.set_params(learning_rate={to})  # learning_rate_init of MLPClassifier",
    "rounds": "model.set_params(n_estimators={to})  # max_iter of HistGradientBoostingClassifier",
    "early_stopping_rounds": "model.set_params(n_iter_no_change={to}, validation_fraction=0.1)  # early_stopping=True of the Hist ones",
    "max_depth": "model.set_params(max_depth={to})",
    "min_child_weight": "model.set_params(min_samples_leaf=20 * {to})  # examples in a leaf",
    "class_weights": "model.set_params(class_weight='balanced')  # of the Hist ones; else fit(X, y, sample_weight=weights)",
}


def recognize(logged):
    yield logged.setting("n_iter_no_change validation_fraction learning_rate_init max_leaf_nodes min_samples_leaf", 0.6)
    yield logged.setting("max_iter hidden_layer_sizes n_estimators l2_regularization", 0.4)
    yield logged.named(r"^Train Loss$", 0.4)
    yield logged.named(r"^Remaining Time$", 0.6)


IS = {
    "its parameters": dict(tags=("loss",), hparams=dict(n_estimators=200, min_samples_leaf=5, learning_rate=0.1)),
    "printed": dict(tags=("Train Loss", "Remaining Time"), format="text"),
}
IS_NOT = {"a training loss": dict(tags=("Train Loss", "Valid Loss"), format="text")}
