"""A net learns from a table: rows of numbers and of categories.

What is normal
    Data are few and cheap to read, so that a step takes no time and workers only cost some. A net overfits within few epochs, and boosted
    trees are as good or better.

How it is recognized
    By hyperparameters that name columns or the sizes of categories, or by nets that only tables have (TabNet, FT-Transformer, SAINT, NODE).

References
    Gorishniy et al., Revisiting Deep Learning Models for Tabular Data (2021): AdamW, 1e-4 to 1e-3. arXiv:2106.11959
    Arik and Pfister, TabNet (2021): Adam, .02. arXiv:1908.07442
"""

from advisor.curves import fall, noise, rise

WORDS = "learning from tables"
BEFORE = ("regression",)
ADVISES_NOT = ("num_workers",)
TABNET = "n_d n_a lambda_sparse"


def rates(hparams, signs, start):
    """Those of most nets for tables; TabNet's examples take .02."""
    if any(name in signs or name in hparams for name in TABNET.split()):
        return {"Adam": (0.01, 0.02), "AdamW": (0.01, 0.02)}
    return {"Adam": (1e-4, 1e-3), "AdamW": (1e-4, 1e-3)}


def recognize(logged):
    yield logged.setting("cat_features cat_cols cat_columns categorical_cols categorical_columns cat_cardinalities cat_dims cat_idxs", 1.0)
    yield logged.setting("num_cols num_columns numerical_cols numerical_columns continuous_cols cont_names cat_names", 1.0)
    yield logged.setting(
        "model arch model_name model_type", 1.0, value=r"tabnet|ft_?-?transformer|tab_?transformer|saint|tabm|^node$|tabular"
    )
    yield logged.setting(TABNET, 0.5)
    yield logged.setting("n_independent n_shared mask_type virtual_batch_size", 0.5)


IS = {
    "by its columns": dict(tags=("train_loss", "valid_loss"), hparams=dict(cat_names="workclass, sex", cont_names="age, hours")),
    "by its net": dict(tags=("loss",), hparams=dict(model="FT-Transformer")),
    "TabNet": dict(tags=("loss", "val_0_auc"), hparams=dict(n_d=8, n_a=8, virtual_batch_size=128)),
}
IS_NOT = {
    "a series": dict(tags=("loss",), hparams=dict(seq_len=96, n_vars=7)),
    "columns of nothing": dict(tags=("loss",), hparams=dict(cat_cols=None)),
}
COLUMNS = dict(cat_cols="workclass, sex", lr=1e-3, optimizer="AdamW")
HEALTHY = {
    "all is learned at once": dict(
        curves={"train_loss": fall(0.69, 0.31, 40) * noise(0.02), "valid_loss": fall(0.69, 0.34, 40) * noise(0.005)}, hparams=COLUMNS
    ),
}
ILL = {
    "and then by heart": dict(
        curves={"train_loss": fall(0.69, 0.02, 8), "valid_loss": fall(0.69, 0.36, 40) + rise(0.5, after=0.1)},
        hparams=COLUMNS,
        finds="overfitting",
    ),
}
