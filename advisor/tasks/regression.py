"""A model foretells a number, in whatever unit that has: a price, a temperature, a force.

What is normal
    The loss has the unit of the target, or its square: a first one of 10,000 is no explosion and a last one of 300 no failure, and neither
    says what guessing costs, which is the variance of the target. With targets as they are it falls for long at an even pace, while the
    last bias grows to their mean. R² tells: 0 is the best constant.

How it is recognized
    By scores that only regressions have, beside none of a classifier: R², an absolute or a squared error in percent or under its root.

References
    Bishop, Pattern Recognition and Machine Learning (2006), 1.5.5 and 3.1.
"""

from advisor.curves import fall, flat, noise, rise

WORDS = "regression"
SPARES = ("wrong-initial-loss",)  # which is that of a classifier that guesses
ADVISES_NOT = ("class_weights", "label_mask")


def recognize(logged):
    yield logged.tag(
        r"_(?:r_?2|r_?2_score|r_squared|rmse|rmsle|mape|smape|mae|mean_absolute_(?:percentage_)?error|root_mean_squared_error)_", 1.0
    )
    yield logged.tag(r"_(?:acc|accuracy|top_?1|f_?1|auc|auroc|precision|recall|ppl|perplexity|bleu\d?|m?io_?u|dice|map_?\d*)_", -1.0)
    yield logged.tag(r"_(?:psnr|ssim|fid|mlm|ctc|kl|kld|elbo)_|_loss_q\d_", -1.0)


IS = {
    "R²": dict(tags=("train_loss", "val_loss", "val_r2")),
    "an absolute error": dict(tags=("loss", "val_loss", "mae", "val_mae")),
    "a root": dict(tags=("train/loss", "valid/rmse")),
}
IS_NOT = {
    "a classifier": dict(tags=("train_loss", "val_loss", "val_acc")),
    "a classifier that logs its error": dict(tags=("loss", "mae", "accuracy")),
    "an autoencoder": dict(tags=("train_loss", "recon_loss")),
    "reconstruction": dict(tags=("loss", "psnr", "mae")),
}
HEALTHY = {
    "in the square of its unit": dict(
        curves={
            "train_loss": fall(start=12_000, end=310, rate=9) * noise(0.1),
            "val_loss": fall(start=11_000, end=340, rate=9) * noise(0.03),
            "val_r2": 0.97 * (1 - fall(1, 0, 9)),
        },
    ),
}
ILL = {
    "no better than the mean": dict(
        curves={"train_loss": flat(900.0) * noise(0.01), "val_loss": flat(905.0) * noise(0.003), "val_r2": flat(0.0)},
        finds="loss-not-decreasing",
    ),
    "validation turns": dict(
        curves={
            "train_loss": fall(start=12_000, end=20),
            "val_loss": fall(start=11_000, end=900, rate=20) + rise(1500, after=0.2),
            "val_mae": fall(start=80, end=23, rate=20) + rise(20, after=0.2),
        },
        finds="overfitting",
    ),
}
