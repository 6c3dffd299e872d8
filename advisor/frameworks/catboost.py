"""CatBoost: rounds of symmetric trees.

How it is recognized
    By its folder, catboost_info, by what it calls learn, or by parameters that it alone names so.

References
    https://catboost.ai/docs/en/references/training-parameters/
"""

PYTORCH = False
LINES = {
    "lr": "CatBoostClassifier(learning_rate={to})",
    "rounds": "CatBoostClassifier(iterations={to})",
    "early_stopping_rounds": "model.fit(X, y, eval_set=(X_val, y_val), early_stopping_rounds={to}, use_best_model=True)",
    "max_depth": "CatBoostClassifier(depth={to})",
    "min_child_weight": "CatBoostClassifier(l2_leaf_reg=3 * {to})  # its trees take no weight of a leaf; 3 unless set",
    "class_weights": "CatBoostClassifier(auto_class_weights='Balanced')",
}


def recognize(logged):
    yield logged.below("catboost_info", 1.0)
    yield logged.named(r"^learn loss$|^learn/(?:Logloss|RMSE|MultiClass|MAE|CrossEntropy|Accuracy|AUC)$", 1.0)
    yield logged.setting("l2_leaf_reg bagging_temperature border_count", 0.6)
    yield logged.setting("depth iterations od_wait od_type grow_policy", 0.4)


IS = {
    "its folder": dict(tags=("RMSE",), folder="work/catboost_info/learn"),
    "printed": dict(tags=("learn loss", "test loss"), format="text"),
    "its parameters": dict(tags=("learn",), hparams=dict(l2_leaf_reg=3, depth=6, iterations=1000)),
}
IS_NOT = {"depth alone": dict(tags=("loss",), hparams=dict(depth=6))}
