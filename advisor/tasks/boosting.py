"""Trees are added one a round, each to mend what those before it left (XGBoost, LightGBM, CatBoost, scikit-learn).

What is normal
    A round is a tree, no epoch and no step. The training loss falls for ever, smoothly and towards 0: the gap to validation says nothing,
    only a validation loss that rises. Some hundred rounds after its lowest cost little, and early stopping is how their number is chosen.
    Half the rate wants twice the rounds.

How it is recognized
    By what these libraries call their measures (logloss, rmse behind the name of the data), or by two or more parameters of trees.

References
    Friedman, Greedy Function Approximation: A Gradient Boosting Machine (2001): shrinkage, 5.
    XGBoost, Notes on Parameter Tuning. https://xgboost.readthedocs.io/en/stable/tutorials/param_tuning.html
"""

from dataclasses import replace

from advisor.curves import fall, flat, rise
from advisor.finding import Change
from advisor.signals.hparams import as_number

WORDS = "gradient boosting"
RATES = {"": (0.03, 0.3)}  # XGBoost's eta .3, LightGBM and scikit-learn .1, CatBoost about .03
SPARES = (
    *("loss-plateau", "unstable-loss", "epoch-staircase", "resume-jump", "slow-training", "train-eval-mismatch", "wrong-initial-loss"),
    *("idle-layers", "dead-units", "unscaled-inputs", "badly-scaled-inputs", "slow-convergence"),
)
THRESHOLDS = {"overfitting": {"learned": 0.0}}  # a training loss that went to nothing
IGNORES = (
    *("epoch", "grad_norm", "input_mean", "input_std", "layer_activations", "layer_grad_norms", "layer_updates", "layer_weights"),
    *("layer_zeros", "loss_scale", "update_ratio"),
)
BEFORE = ("tabular", "regression")
ADVISES_NOT = (
    *("accumulation_steps", "activation", "augmentation", "batch_size", "head_lr", "backbone_lr", "initialization", "input_scale"),
    *(
        "max_grad_norm",
        "normalization",
        "num_workers",
        "optimizer",
        "output_activation",
        "precision",
        "schedule",
        "shuffle",
        "warmup_steps",
    ),
    *("label_mask", "logged_loss", "evaluation_mode", "batchnorm_momentum", "num_layers", "activation_checkpointing", "target_scale"),
)
PATIENCE = 50  # rounds: ten or so evaluations of a net are as many
FEWER, HEAVIER = 2, 5  # levels; times the weight that a leaf has to hold, of which 1 is usual
DEEP = 6  # levels, unless set
MEASURE = r"(?:logloss|binary_logloss|multi_logloss|mlogloss|merror|rmse|rmsle|mae|auc|error|l1|l2|ndcg)"


def recognize(logged):
    yield logged.named(rf"(?i)^[\w.]+-{MEASURE}(?:@[\d.]+)?$", 1.0)
    yield logged.named(
        rf"(?i)^(?:train(?:ing)?|valid\w*|eval|test|learn)[/_ ](?:\w*logloss|l1|l2|merror)$|^(?:training|valid_\d) {MEASURE}$", 1.0
    )
    yield logged.below("catboost_info", 1.0)
    yield logged.named(r"^learn[ /](?:loss|Logloss|RMSE|MultiClass|MAE|CrossEntropy)$", 1.0)
    yield logged.setting("num_boost_round num_leaves colsample_bytree min_child_weight min_data_in_leaf l2_leaf_reg", 0.6)
    yield logged.setting("n_estimators eta subsample max_depth reg_lambda feature_fraction bagging_fraction min_child_samples", 0.4)
    yield logged.setting("booster boosting_type tree_method grow_policy", 0.6)


def instead(change, hparams):
    """What is changed where a net would be changed so: rounds, depth of trees, weight of leaves; None where nothing answers to it."""
    if change.hparam == "patience":
        to = max(PATIENCE, int(change.to or 0))
        why = f"stop {to} rounds after the best one and keep it"
        return replace(change, hparam="early_stopping_rounds", to=to, interval=(20, 200), why=why)
    if change.hparam in ("epochs", "max_steps"):
        return more_rounds(change, as_number(hparams, "rounds"))
    if change.hparam in ("dropout", "hidden_size"):
        return shallower(as_number(hparams, "max_depth") or as_number(hparams, "num_layers") or DEEP)
    if change.hparam == "weight_decay":
        to = int(HEAVIER * (as_number(hparams, "min_child_weight") or 1))
        return Change("min_child_weight", to=to, interval=(2, 10 * to), why="a leaf has to answer for more than a few rows")
    return change


def more_rounds(change, rounds):
    """As many times the rounds, where it is known how many there were, as epochs were asked for."""
    return replace(change, hparam="rounds", interval=None, to=round(rounds * change.by) if rounds and change.by else change.to)


def shallower(depth):
    """Trees of two levels less, where they have more than two."""
    why = "trees of fewer levels cannot learn single rows by heart"
    return Change("max_depth", to=max(2, int(depth) - FEWER), interval=(2, max(3, int(depth) - 1)), why=why) if depth > 2 else None


IS = {
    "XGBoost": dict(tags=("train-logloss", "eval-logloss")),
    "LightGBM": dict(tags=("training binary_logloss", "valid_1 binary_logloss")),
    "its parameters": dict(tags=("loss",), hparams=dict(num_leaves=31, bagging_fraction=0.8, learning_rate=0.05)),
    "CatBoost": dict(tags=("RMSE",), folder="work/catboost_info/learn"),
}
IS_NOT = {
    "a forest": dict(tags=("accuracy",), hparams=dict(n_estimators=100)),
    "a net for tables": dict(tags=("loss",), hparams=dict(model="TabNet", max_depth=None)),
    "a rate": dict(tags=("lr-AdamW", "train_loss")),
}
HEALTHY = {
    "training goes to nothing, validation stays": dict(
        curves={"train-logloss": fall(0.693, 0.01, 5), "eval-logloss": fall(0.693, 0.31, 12)}, hparams=dict(eta=0.1, max_depth=6)
    ),
    "a small rate": dict(curves={"train-rmse": fall(12, 4, 4), "eval-rmse": fall(12.3, 5, 4)}),
}
ILL = {
    "validation turns": dict(
        curves={"train-logloss": fall(0.693, 0.005, 8), "eval-logloss": fall(0.693, 0.3, 20) + rise(0.4, after=0.2)},
        hparams=dict(eta=0.3, max_depth=10),
        finds="overfitting",
    ),
    "trees of nothing": dict(curves={"train-logloss": flat(0.693), "eval-logloss": flat(0.693)}, finds="loss-not-decreasing"),
}
