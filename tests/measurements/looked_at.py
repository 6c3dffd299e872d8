"""What the tests of the sanity check share: a training looked at, and the run that this logs."""

from pathlib import Path

import torch
from torch import nn
from torch.utils.data import TensorDataset

from advisor.judging import engine
from advisor.run import Run
from advisor.scalar import scalar
from probes.measurements import sanity
from probes.trainings.own_loop import OwnLoop


def training(model, inputs, targets, loss=nn.functional.cross_entropy, *, lr=1e-3, batch_size=32, optimizer=torch.optim.AdamW, held=None):
    """A Training of these examples, the first fifth of them held out."""
    data, out = (TensorDataset(inputs[part], targets[part]) for part in (slice(len(inputs) // 5, None), slice(len(inputs) // 5)))
    parameters = [p for p in model.parameters() if p.requires_grad] if held is None else held
    return OwnLoop(model, data, out, loss, optimizer(parameters, lr=lr), batch_size=batch_size, device=torch.device("cpu"))


def logged(rows) -> Run:
    """The run that these rows of the sanity check make."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    curves = {name: [(i, row[name]) for i, row in enumerate(rows) if name in row] for name in names}
    scalars = [scalar(*zip(*points, strict=True), tag=f"sanity/{name}") for name, points in curves.items()]
    return Run(Path("probe"), {curve.tag: curve for curve in scalars})


def report_of(training, **options):
    return engine.diagnose(logged(sanity.measure(training, **options)))
