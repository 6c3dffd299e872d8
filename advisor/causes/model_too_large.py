"""The model is too large: for the data, or for the memory.

What it means
    A smaller model memorizes less. It is the last thing to try: a large model with regularization and early
    stopping usually does better than a small one without. Where the weights alone, or what the optimizer keeps of each, fill the
    device, no batch is small enough.

How it is weighed
    Logs seldom tell the model's size against the data's; without it, it stays behind the other causes of overfitting. For: a thousand
    trained parameters or more for every example. Against: hardly more parameters than examples; a start from weights that were
    trained before, of which a large model overfits no sooner than a small one. Of memory that ran out: where its traceback shows the
    weights to have been loaded or moved to the device, or the optimizer to have taken a step.

What to change
    hidden_size, to a half; not of weights that were trained before. For memory: weight_precision, and optimizer_state.

References
    The guide, Problem 5, solution 4.
    Zhang et al., Understanding Deep Learning Requires Rethinking Generalization (2017), on fitting n examples with 2n + d weights.
    arXiv:1611.03530
    Rajbhandari et al., ZeRO (2020), on what weights, gradients and an optimizer's state take. arXiv:1910.02054
"""

from dataclasses import replace

from advisor.curves import fall, rise
from advisor.evidence.failing.memory_message import without_a_batch
from advisor.evidence.pretrained import begun_from
from advisor.finding import Change, Evidence, setting
from advisor.problems.out_of_memory import CUDA
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import plan

EXPLAINS = ("overfitting", "out-of-memory")
PRIOR = {"overfitting": -5.0, "out-of-memory": -12.0}
MANY, FEW = 1000.0, 2.0  # parameters an example; so few leave no room to learn it by heart


def weigh(finding, train_loss=None, epoch=None, hparams=None, lines=None):
    if finding.problem == "out-of-memory":
        at = without_a_batch(lines, train_loss)
        fact = f"of the {at}, not of a batch: lines by which memory ran out" if at else "lines by which memory ran out in no batch"
        yield Evidence("lines", 0, 0, fact, float(bool(at)), weight=24.0 if at else -6.0)
    elif train_loss is not None:
        yield from for_each_example(train_loss, epoch, hparams)


def for_each_example(train_loss, epoch, hparams):
    """Many or few parameters for every example."""
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
    if finding.problem == "out-of-memory":
        yield from to_fit(without_a_batch(run.signal("lines"), run.signal("train_loss")))
        return
    width = as_number(run.signal("hparams"), "hidden_size")
    yield Change("hidden_size", to=int(width // 2) if width else None, by=None if width else 0.5, why="less room to memorize")


def to_fit(at):
    """Fewer bytes for each weight, or for what the optimizer keeps of it."""
    if at == "optimizer":
        why = "memory ran out in a step of the optimizer, of which Adam's keeps two numbers for each weight: in 8 bits they take a quarter"
        yield Change("optimizer_state", to="8 bits", why=why)
    why = "memory ran out as the weights were put there, before any batch: 16 bits take half of what 32 do, 4 bits an eighth"
    if at == "optimizer":
        why = "weights, gradients and what the optimizer keeps of them fill the device: 16 bits take half"
    yield Change("weight_precision", to="16 bits", why=why)


TURNED = dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))
BAD = {
    "memory ran out as the weights were loaded": dict(lines=(replace(CUDA, stage="model"),)),
    "in the optimizer's first step": dict(lines=(replace(CUDA, stage="optimizer"),)),
    "thousands of parameters an example, regularized": dict(
        TURNED, hparams=dict(num_parameters=2_500_000, train_size=1000, dropout=0.3, weight_decay=0.01, epochs=20)
    ),
}
GOOD = {
    "memory ran out in a batch": dict(lines=(CUDA,)),
    "fine-tuned": dict(TURNED, hparams=dict(num_parameters=110_000_000, train_size=3600, pretrained=True, epochs=20)),
    "nothing known": TURNED,
}
