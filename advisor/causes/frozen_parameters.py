"""The parameters do not change: no update reaches them.

What it means
    They have no gradient (requires_grad is False, the graph was cut by detach, numpy or no_grad), they were never given to the
    optimizer, the optimizer holds those of another copy of the model, or its learning rate is 0.

How it is weighed
    For: the training loss, or the validation loss, is the same number to its last digit at every point, and was from the first on;
    layers' weights kept their size to the last digit, or
    were not updated although they had a gradient; fewer parameters are trainable than there are; layers whose weights are logged have no
    gradient logged; the learning rate is 0; the probe saw that they are frozen, or that the optimizer does not
    hold them. Against: values that do change. A loss that is exactly that of answering every class alike says little of it.

What to change
    trainable_parameters: give the optimizer those parameters of this very model that require a gradient; lr, where it is 0.

References
    The guide, Problem 4, solution 2: ensure gradients can flow. PyTorch, "Unused or frozen parameters": UnchangedTensor in SageMaker
    Debugger. https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-rules.html
"""

from dataclasses import replace

import numpy as np

from advisor.anchors.standing_still import same_number, stood_still_since
from advisor.curves import every, fall, flat, line, noise
from advisor.evidence.learning_rate import peak_lr
from advisor.evidence.sanity_facts import at_end, sanity_evidence
from advisor.finding import Change, Evidence, setting
from advisor.problems.parameters_without_gradient import reached
from advisor.signals.hparams import as_number
from advisor.statistics import layer_activity

EXPLAINS = (
    "idle-layers", "loss-not-decreasing", "loss-plateau", "one-class", "slow-convergence", "underfitting", "parameters-without-gradient",
    "cannot-overfit-one-batch",
)  # fmt: skip
PRIOR = {
    "idle-layers": -2.0, "loss-not-decreasing": -7.0, "loss-plateau": -9.0, "one-class": -8.0,
    "slow-convergence": -10.0, "underfitting": -10.0, "parameters-without-gradient": -3.0, "cannot-overfit-one-batch": -8.0,
}  # fmt: skip
EVALUATIONS = 3
MOST_CLASSES = 100  # of more, some number of classes has nearly any loss
PRETRAINED = ("pretrained", "freeze_backbone", "freeze", "model_name_or_path", "finetune", "fine_tune", "checkpoint_path")


def weigh(
    train_loss=None, val_loss=None, layer_weights=None, layer_updates=None, layer_grad_norms=None, lr=None, hparams=None, sanity_check=None
):
    yield from looked_at(sanity_check or {})
    yield from by_updates(layer_updates, layer_grad_norms)
    yield from by_count(hparams)
    yield from by_training_loss(train_loss)
    if val_loss is not None and len(v := val_loss.finite()) >= EVALUATIONS:
        same = float((v.values == v.values[-1]).mean())
        weight = (0.0 if of_equal_answers(v.values[-1]) else 16.0) if same == 1 else 0.0 if same > 0.5 else -8.0
        yield Evidence(
            "val_loss",
            int(v.steps[0]),
            int(v.steps[-1]),
            "share of the validation losses that are one number",
            same,
            1.0,
            weight,
            kind="every validation loss is one number" if same == 1 else "validation losses differ",
        )
    weights = [s.finite() for s in (layer_weights or {}).values() if len(s.finite()) >= EVALUATIONS]
    if weights:
        same = sum(bool((s.values == s.values[0]).all()) for s in weights) / len(weights)
        first, last = int(weights[0].steps[0]), int(weights[0].steps[-1])
        weight = 16.0 if same == 1 else 10.0 if same >= 0.5 else 4.0 if same else -10.0  # some are frozen by design, in fine-tuning
        yield Evidence("layer_weights", first, last, "share of the layers whose weights never changed", same, 1.0, weight, weights[0].tag)
    if lr is not None and len(used := lr.finite()) >= EVALUATIONS and not used.values.any():
        yield Evidence("lr", int(used.steps[0]), int(used.steps[-1]), "learning rate at every step", 0.0, weight=20.0)


def of_equal_answers(loss):
    """Whether it is the loss of answering every class alike, to four digits: so does a dead net, and seldom one that was never trained."""
    return bool(np.isclose(loss, np.log(np.arange(2, MOST_CLASSES + 1)), rtol=0, atol=5e-5).any())


def by_training_loss(train_loss):
    """A loss that is one number from its first point on; or that moved before it stood still, as no loss of frozen weights does."""
    if train_loss is None:
        return
    if (still := same_number(train_loss)) is not None:
        fact = "training loss is one number from its first point on, but for a share of"
        yield replace(still.evidence[0], fact=fact, weight=4.0 if of_equal_answers(train_loss.finite().values[-1]) else 14.0)
    if (since := stood_still_since(train_loss)) is not None:
        fact = "training loss moved before it stood still, at step"
        yield Evidence("train_loss", int(train_loss.steps[0]), since, fact, float(since), weight=-14.0)


def by_updates(layer_updates, layer_grad_norms):
    """Layers that were never updated, unless it was for want of a gradient."""
    still, dead = layer_activity.without_gradient(layer_updates), layer_activity.without_gradient(layer_grad_norms)
    if still is not None and still.at_once and dead is None:
        weight = 12.0 if not still.whole else 4.0  # where nothing at all moves, the gradient may be 0
        yield Evidence(
            "layer_updates", still.first, still.last, "share of the layers that were never updated", still.share, 0.0, weight, still.tag
        )
    elif still is None and layer_activity.long_enough(layer_updates):
        curve = next(iter(layer_updates.values()))
        yield Evidence(
            "layer_updates", int(curve.steps[0]), int(curve.steps[-1]), "every layer was updated", 0.0, weight=-10.0, tag=curve.tag
        )


def by_count(hparams):
    """How many of the parameters are trainable, where the run says."""
    trained, all_of_them = as_number(hparams, "trainable_parameters"), as_number(hparams, "num_parameters")
    if any(name in (hparams or {}) and hparams[name] not in (False, "", "False", "false", None, "none", "None") for name in PRETRAINED):
        yield setting("pretrained", 1.0, "starts from pretrained weights: layers may be frozen on purpose", -14.0)
    if trained is not None and all_of_them:
        share = trained / all_of_them
        yield setting("trainable_parameters", share, "share of the parameters that is trainable", 10.0 if share < 0.9 else -6.0)


def looked_at(looks):
    """Fine-tuning freezes most of a model: that alone is no bug."""
    held, frozen = at_end(looks, "gradient/not_held"), at_end(looks, "gradient/frozen")
    if held > 0:
        fact = "share of the parameters with a gradient that the optimizer does not hold"
        yield sanity_evidence(looks, "gradient/not_held", fact, held, 0.0, 18.0 if held == 1 else 12.0)
    if frozen > 0:
        yield sanity_evidence(looks, "gradient/frozen", "frozen numbers for each that is trained", frozen, 0.0, 12.0)
    elif frozen == 0 and held == 0:
        yield sanity_evidence(looks, "gradient/frozen", "frozen numbers for each that is trained", 0.0, 0.0, -14.0)


def changes(run, finding):
    lr = run.signal("lr")
    if lr is not None and len(lr.finite()) and not lr.finite().values.any():
        to = peak_lr(None, run.signal("hparams")) or 1e-3
        yield Change("lr", to=to, from_=0.0, why="the logged rate is 0 all along: the schedule, or its number of steps, is wrong")
    yield Change(
        "trainable_parameters",
        to="all that require a gradient",
        why="where the optimizer holds nothing that the loss is made of, no step moves it",
    )


BAD = {
    "all but the last layer, in a loss that settled": dict(
        train_loss=fall(start=3.0, end=1.3, rate=60) * noise(0.01),
        layer_updates={"a": every(10, flat(0.0)), "b": every(10, flat(0.0)), "c": every(10, flat(1e-3) * noise(0.1))},
        hparams=dict(trainable_parameters=650, num_parameters=4000),
    ),
    "one training loss": dict(train_loss=flat(2.3145)),
    "one validation loss": dict(train_loss=flat(2.3) * noise(0.01), val_loss=every(10, flat(2.3145))),
    "one size of every layer": dict(
        train_loss=flat(2.3) * noise(0.01), layer_weights={"a": every(10, flat(0.1)), "b": every(10, flat(0.2))}
    ),
    "another copy's parameters": reached(not_held=1.0),
    "a frozen backbone": reached(frozen=9.0),
    "no learning rate": dict(train_loss=flat(2.3) * noise(0.01), lr=flat(0.0)),
}
GOOD = {
    "the backbone is frozen by design": dict(
        train_loss=flat(2.3) * noise(0.01),
        layer_weights={"a": every(10, flat(0.1)), "b": every(10, line(0.2, 0.3))},
        hparams=dict(pretrained=True, lr=0.3, optimizer="AdamW"),
    ),
    "a layer is detached": reached(cut_off=0.4),
    "validation moves": dict(train_loss=flat(2.3) * noise(0.01), val_loss=every(10, flat(2.3) * noise(1e-4))),
}
