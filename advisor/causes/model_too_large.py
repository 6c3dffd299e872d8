"""The model has more capacity than the data can fill.

What it means
    A smaller model memorizes less. It is the last thing to try: a large model with regularization and early
    stopping usually does better than a small one without.

How it is weighed
    Logs seldom tell the model's size against the data's; without it, it stays behind the other causes of overfitting. For: a thousand
    trained parameters or more for every example. Against: hardly more parameters than examples; a start from weights that were
    trained before, of which a large model overfits no sooner than a small one.

What to change
    hidden_size, to a half; not of weights that were trained before.

References
    The guide, Problem 5, solution 4.
    Zhang et al., Understanding Deep Learning Requires Rethinking Generalization (2017), on fitting n examples with 2n + d weights.
    arXiv:1611.03530
"""

from advisor.curves import fall, rise
from advisor.evidence.pretrained import begun_from
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import plan

EXPLAINS = ("overfitting",)
PRIOR = -5.0
MANY, FEW = 1000.0, 2.0  # parameters an example; so few leave no room to learn it by heart


def weigh(train_loss, epoch=None, hparams=None):
    count = as_number(hparams, "trainable_parameters") or as_number(hparams, "num_parameters")
    examples = plan(train_loss, epoch, hparams).examples
    if not count or not examples:
        return
    each = count / examples
    if each >= MANY:
        begun = begun_from(hparams)
        fact = "parameters an example, trained before" if begun else "parameters an example, many"
        yield setting("num_parameters", each, fact, -4.0 if begun else 8.0)
    elif each <= FEW:
        yield setting("num_parameters", each, "parameters an example, few", -8.0)


def changes(run, finding):
    width = as_number(run.signal("hparams"), "hidden_size")
    yield Change("hidden_size", to=int(width // 2) if width else None, by=None if width else 0.5, why="less room to memorize")


TURNED = dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))
BAD = {
    "thousands of parameters an example, regularized": dict(
        TURNED, hparams=dict(num_parameters=2_500_000, train_size=1000, dropout=0.3, weight_decay=0.01, epochs=20)
    ),
}
GOOD = {
    "fine-tuned": dict(TURNED, hparams=dict(num_parameters=110_000_000, train_size=3600, pretrained=True, epochs=20)),
    "nothing known": TURNED,
}
