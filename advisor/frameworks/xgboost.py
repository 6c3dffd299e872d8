"""XGBoost: rounds of trees, its parameters as arguments of its estimators.

How it is recognized
    By its measures, each behind the name of the data and a hyphen (train-logloss, validation_0-auc), or by parameters that it names so.

References
    https://xgboost.readthedocs.io/en/stable/python/python_api.html
"""

PYTORCH = False
LINES = {
    "lr": "XGBClassifier(learning_rate={to})  # eta of xgboost.train",
    "rounds": "XGBClassifier(n_estimators={to})  # num_boost_round of xgboost.train",
    "early_stopping_rounds": "XGBClassifier(early_stopping_rounds={to}).fit(X, y, eval_set=[(X_val, y_val)])",
    "max_depth": "XGBClassifier(max_depth={to})",
    "min_child_weight": "XGBClassifier(min_child_weight={to})",
    "class_weights": "XGBClassifier(scale_pos_weight=negatives / positives)",
}
MEASURES = r"logloss|mlogloss|rmse|rmsle|mae|mape|error|merror|auc|aucpr|ndcg|map|poisson-nloglik"


def recognize(logged):
    yield logged.named(rf"^[\w.]+-(?:{MEASURES})(?:@[\d.]+)?$", 1.0)
    yield logged.named(r"^(?:train|eval|test|valid\w*|validation_\d)/(?:m?logloss|merror|aucpr)$", 1.0)
    yield logged.setting("eta colsample_bytree reg_lambda gamma", 0.3)
    yield logged.setting("colsample_bytree min_child_weight colsample_bylevel", 0.4)
    yield logged.setting("n_estimators num_boost_round max_depth", 0.3)


IS = {
    "printed": dict(tags=("train-logloss", "eval-logloss")),
    "its estimators": dict(tags=("validation_0-auc", "validation_1-auc")),
    "its parameters": dict(tags=("loss",), hparams=dict(eta=0.3, max_depth=6, colsample_bytree=0.8, min_child_weight=1)),
}
IS_NOT = {
    "a rate with a hyphen": dict(tags=("lr-AdamW", "train_loss")),
    "LightGBM": dict(tags=("training binary_logloss", "valid_1 binary_logloss")),
}
