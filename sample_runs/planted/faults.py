"""The faults: what each changes in a healthy setting, and in which tasks it can be one.

A fault is counted only where it did harm: `advisor.calibrate` compares each with its healthy twin.
"""

from collections.abc import Iterator
from dataclasses import replace

from planted.setting import Setting
from planted.tasks import TASKS

LAYERED = {"digits", "digits-conv", "autoencoder", "variational", "diabetes", "cancer", "wine", "friedman", "spirals", "labels",
           "ranking", "contrastive", "text"}  # fmt: skip
TRANSFORMERS = {"text-transformer", "text-transformer-2017"}
REAL_INPUTS = {name for name, task in TASKS.items() if task.images}
EVERYWHERE = set(TASKS)
DROPPING = EVERYWHERE - {"valley"}
TARGETS = EVERYWHERE - {"autoencoder", "variational", "contrastive"}  # whose targets can be wrong
SMALL = {"digits", "diabetes", "cancer", "wine", "friedman", "labels", "ranking", "text"}
DEEP = dict(depth=9)  # torch's weights times 2.45 keep what passes a layer of ReLU at its size (He); times 4, 1.6 times as large each

# fault: (tasks, the ways it is planted). A way is the fields it changes; "x lr" multiplies the healthy rate.
FAULTS: dict[str, tuple[set[str], tuple[dict, ...]]] = {
    "missing-warmup": (TRANSFORMERS, ({"x lr": 8.0}, {"x lr": 20.0, "schedule": "cosine"})),
    "schedule-decays-too-early": (
        EVERYWHERE,
        (dict(schedule="cosine", schedule_length=0.06), dict(schedule="linear", schedule_length=0.12)),
    ),
    "schedule-never-decays": (EVERYWHERE, ({"x lr": 3.0, "length": 2.0},)),
    "bad-initialization": (EVERYWHERE - {"valley"}, (dict(gain=12.0), dict(gain=0.0), dict(gain=6.0))),
    "exploding-gradients": (LAYERED, (DEEP | dict(gain=4.0), DEEP | dict(gain=3.4))),
    "vanishing-gradients": (LAYERED, (DEEP | dict(activation="sigmoid"), DEEP | dict(activation="sigmoid"))),
    "dead-activations": (LAYERED, (dict(activation="relu", shift=-4.0), dict(activation="relu", shift=-20.0))),
    "frozen-parameters": (LAYERED, (dict(frozen=True), dict(frozen=True, width=0.25))),
    "unnormalized-inputs": (REAL_INPUTS, (dict(input_scale=100.0), dict(input_scale=20.0, input_offset=50.0))),
    "wrong-labels": (TARGETS, (dict(wrong_labels=1.0), dict(wrong_labels=0.8))),
    "model-too-small": (DROPPING, (dict(width=0.05), dict(width=0.05, length=2.0))),
    "too-much-regularization": (DROPPING, (dict(dropout=0.9), dict(weight_decay=1.0, dropout=0.5), dict(dropout=0.85))),
    "too-little-regularization": (SMALL, (dict(length=5.0, width=8.0, examples=0.3),)),
    "too-little-data": (EVERYWHERE, (dict(examples=0.03, length=2.0), dict(examples=0.06, length=2.0, weight_decay=1e-3))),
    "model-too-large": (SMALL, (dict(width=24.0, length=3.0, examples=0.3, dropout=0.1),)),
    "too-many-epochs": (SMALL, (dict(length=8.0), dict(length=8.0, weight_decay=1e-3, dropout=0.1))),
    "too-few-epochs": (EVERYWHERE, (dict(length=0.06), dict(length=0.1, schedule="cosine"))),
    "unshuffled-data": (TARGETS, (dict(shuffle=False),)),
    "batch-size-too-small": (EVERYWHERE, (dict(batch_size=1), dict(batch_size=2))),
    "batch-size-too-large": (EVERYWHERE, (dict(batch_size=1024, length=0.06), dict(batch_size=2048, length=0.1))),
    "bad-batch": (REAL_INPUTS, (dict(bad_batch=0.4), dict(bad_batch=0.7))),
    "precision-overflow": (EVERYWHERE, (dict(half=True), dict(half=True))),
    "memory-leak": ({"digits", "text", "adding"}, (dict(leak=True, length=0.4),)),
    "data-loading-bottleneck": ({"digits", "friedman", "text"}, (dict(slow_data=0.01, length=0.2),)),
}  # fmt: skip
HEALTHY = (
    dict(seed=1, habit="everything"),
    dict(seed=2, habit="lightning", schedule="cosine"),
    dict(seed=3, habit="trainer", schedule="cosine", warmup=0.05),
    dict(seed=4, habit="epochs"),
    dict(seed=5, habit="layers", max_grad_norm=1.0),
    dict(seed=6, habit="terse-with-args", schedule="linear", weight_decay=1e-4),
    dict(seed=7, habit="keras", schedule="step"),
    dict(seed=8, habit="plain", **{"x lr": 0.5}),
)


def changed(healthy: Setting, way: dict) -> Setting:
    fields = {"lr": healthy.lr * way.get("x lr", 1.0)} | {name: value for name, value in way.items() if name != "x lr"}
    return replace(healthy, **fields)


def planted(healthy: Setting, number: int) -> Iterator[tuple[str, Setting]]:
    """Every fault that this task can have, one way each: which, alternates with the family's number."""
    for i, (fault, (tasks, ways)) in enumerate(FAULTS.items()):
        if healthy.task in tasks:
            yield fault, changed(healthy, ways[(i + number) % len(ways)])
