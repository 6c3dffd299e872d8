"""LightGBM: rounds of trees that grow leaf by leaf.

How it is recognized
    By its measures, each behind the name of the data, or by parameters that it alone names so.

References
    https://lightgbm.readthedocs.io/en/stable/Parameters.html
"""

PYTORCH = False
LINES = {
    "lr": "LGBMClassifier(learning_rate={to})",
    "rounds": "LGBMClassifier(n_estimators={to})  # num_boost_round of lightgbm.train",
    "early_stopping_rounds": "model.fit(X, y, eval_set=[(X_val, y_val)], callbacks=[lightgbm.early_stopping({to})])",
    "max_depth": "LGBMClassifier(max_depth={to}, num_leaves=2**{to})  # leaves, not depth, are what it grows by",
    "min_child_weight": "LGBMClassifier(min_child_samples=20 * {to})  # examples in a leaf; 20 unless set",
    "class_weights": "LGBMClassifier(class_weight='balanced')",
}


def recognize(logged):
    yield logged.named(r"(?:^|[ /])(?:binary|multi)_(?:logloss|error)$", 1.0)
    yield logged.named(r"^(?:training|valid_\d+) (?:l1|l2|rmse|auc|ndcg|quantile|huber)(?:@\d+)?$", 1.0)
    yield logged.setting("num_leaves min_data_in_leaf min_child_samples", 0.6)
    yield logged.setting("boosting_type feature_fraction bagging_fraction bagging_freq", 0.4)


IS = {
    "printed": dict(tags=("training binary_logloss", "valid_1 binary_logloss")),
    "what it recorded": dict(tags=("training/multi_logloss", "valid_1/multi_logloss"), format="json"),
    "its parameters": dict(tags=("loss",), hparams=dict(num_leaves=31, feature_fraction=0.9, learning_rate=0.05)),
}
IS_NOT = {
    "XGBoost": dict(tags=("train-logloss", "eval-logloss")),
    "leaves alone": dict(tags=("loss",), hparams=dict(num_leaves=31)),
}
