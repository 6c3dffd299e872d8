"""Small trainings for the tests of the sanity check: those with a planted bug, with what is to be found, and those that are well."""

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import Dataset

from probes.trainings.own_loop import OwnLoop
from tests.measurements.looked_at import training

N, D, C = 320, 12, 5


def mlp(out=C, hidden=32, d=D, last=None):
    first = nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()
    return nn.Sequential(*first, nn.Linear(hidden, out), *([last] if last else []))


def inputs():
    return torch.randn(N, D, generator=torch.Generator().manual_seed(1))


def classes(x=None):
    x = inputs() if x is None else x
    return (x @ torch.randn(D, C, generator=torch.Generator().manual_seed(2))).argmax(1)


def targets(columns=1):
    return torch.tanh(inputs() @ torch.randn(D, columns, generator=torch.Generator().manual_seed(3)))


class Through(nn.Module):
    """A module of parts and a way through them."""

    def __init__(self, way, **parts):
        super().__init__()
        self.way, self.parts = way, nn.ModuleDict(parts)

    def forward(self, x):
        return self.way(x, **self.parts)


def dead(model):
    with torch.no_grad():
        model[2].bias.fill_(-20.0)
    return model


def with_norm(momentum):
    return nn.Sequential(nn.Linear(D, 32), nn.BatchNorm1d(32, momentum=momentum), nn.ReLU(), nn.Linear(32, C))


def deep():
    """Sigmoids, one after the other: nothing is left of the gradient at the first."""
    middle = [part for _ in range(9) for part in (nn.Linear(32, 32), nn.Sigmoid())]
    return nn.Sequential(nn.Linear(D, 32), nn.Sigmoid(), *middle, nn.Linear(32, C))


def loud(model, factor):
    with torch.no_grad():
        model[-1].weight.mul_(factor)
    return model


def some_nan():
    x = inputs()
    x[::7, 3] = np.nan
    return x


def detached():
    return Through(lambda x, low, high: high(low(x).detach()), low=nn.Sequential(nn.Linear(D, 32), nn.ReLU()), high=nn.Linear(32, C))


def constant():
    """Answers the same whatever comes in."""
    return Through(lambda x, low: low(torch.ones_like(x)), low=mlp())


def elsewhere():
    """The optimizer holds the parameters of another copy."""
    model = mlp()
    return training(model, inputs(), classes(), held=list(copy.deepcopy(model).parameters()))


PLANTED = {
    "a softmax before cross-entropy": (
        lambda: training(mlp(last=nn.Softmax(dim=1)), inputs(), classes()),
        {"mismatched-output": "wrong-output-activation"},
    ),
    "a sigmoid before a loss that has one": (
        lambda: training(mlp(1, last=nn.Sigmoid()), inputs(), (targets() > 0).float(), functional.binary_cross_entropy_with_logits),
        {"mismatched-output": "wrong-output-activation"},
    ),
    "logits for log probabilities": (
        lambda: training(mlp(), inputs(), classes(), functional.nll_loss),
        {"mismatched-output": "wrong-output-activation"},
    ),
    "(n, 1) against (n,)": (
        lambda: training(mlp(1), inputs(), targets()[:, 0], functional.mse_loss),
        {"mismatched-output": "mismatched-shapes", "cannot-overfit-one-batch": "mismatched-shapes"},
    ),
    "a detached layer": (lambda: training(detached(), inputs(), classes()), {"parameters-without-gradient": "detached-layers"}),
    "nine sigmoids": (lambda: training(deep(), inputs(), classes()), {"cannot-overfit-one-batch": "vanishing-gradients"}),
    "another copy's parameters": (
        elsewhere,
        {"parameters-without-gradient": "frozen-parameters", "cannot-overfit-one-batch": "frozen-parameters"},
    ),
    "a constant answer": (lambda: training(constant(), inputs(), classes()), {"cannot-overfit-one-batch": None}),
    "one input, many targets": (
        lambda: training(mlp(), torch.ones(N, D), classes()),
        {"cannot-overfit-one-batch": "wrong-labels"},
    ),
    "inputs of size 10,000": (
        lambda: training(mlp(), 1e4 * inputs(), classes()),
        {"badly-scaled-inputs": "unnormalized-inputs", "wrong-initial-loss": "unnormalized-inputs"},
    ),
    "units that died of a bias of -20": (
        lambda: training(dead(mlp()), inputs(), classes()),
        {"dead-units": "dead-activations", "parameters-without-gradient": "dead-activations"},
    ),
    "a BatchNorm momentum of 0.00001": (
        lambda: training(with_norm(1e-5), 3 * inputs() + 5, classes(), lr=1e-2),
        {"train-eval-mismatch": "running-statistics-off"},
    ),
    "logits of size 100": (lambda: training(loud(mlp(), 300.0), inputs(), classes()), {"wrong-initial-loss": "bad-initialization"}),
    "targets around 2000": (
        lambda: training(mlp(1), inputs(), 2000 + 10 * targets(), functional.mse_loss),
        {"wrong-initial-loss": "unnormalized-targets"},
    ),
    "missing values": (lambda: training(mlp(), some_nan(), classes()), {"invalid-data": "missing-values"}),
}


def frozen_backbone():
    backbone = nn.Sequential(nn.Linear(D, 256), nn.ReLU()).requires_grad_(False)
    return Through(lambda x, backbone, head: head(backbone(x)), backbone=backbone, head=nn.Linear(256, C))


def with_a_pooler():
    """As pretrained models have one that nothing asks for."""
    return Through(lambda x, low, pooler, high: high(low(x)), low=nn.Linear(D, 32), pooler=nn.Linear(32, 32), high=nn.Linear(32, C))


def low_rank():
    """An adapter whose second factor begins at 0, beside a frozen layer."""
    adapter = dict(a=nn.Linear(D, 4, bias=False), b=nn.Linear(4, 64, bias=False))
    parts = dict(base=nn.Linear(D, 64).requires_grad_(False), high=nn.Linear(64, C), **adapter)
    nn.init.zeros_(parts["b"].weight)
    return Through(lambda x, base, a, b, high: high(torch.relu(base(x) + b(a(x)))), **parts)


def images():
    y = classes()
    return (
        torch.rand(N, 1, 8, 8, generator=torch.Generator().manual_seed(4)) * 0.5 + functional.one_hot(y, 8)[:, None, :, None] * 0.5
    ).clamp(0, 1), y


def convolution():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(64, C),
    )


def pixels():
    return (torch.rand(N, 64, generator=torch.Generator().manual_seed(5)) < 0.3).float() * torch.rand(N, 64)


def letters():
    text = torch.arange(N + 8) ** 2 % 17
    windows = text.unfold(0, 9, 1)
    return windows[:N, :8], windows[:N, 1:]


def language_model():
    return Through(
        lambda x, embedding, rnn, head: head(rnn(embedding(x))[0]),
        embedding=nn.Embedding(17, 16),
        rnn=nn.GRU(16, 32, batch_first=True),
        head=nn.Linear(32, 17),
    )


def per_letter(output, target):
    return functional.cross_entropy(output.flatten(0, 1), target.flatten())


def variational():
    return Through(
        lambda x, low, mean, spread, high: (
            high(mean(low(x)) + torch.randn(len(x), 4) * spread(low(x)).exp()),
            mean(low(x)),
            spread(low(x)),
        ),
        low=nn.Linear(64, 32),
        mean=nn.Linear(32, 4),
        spread=nn.Linear(32, 4),
        high=nn.Linear(4, 64),
    )


class Named(Dataset):
    """Examples whose inputs and targets go by names."""

    def __init__(self):
        self.x, self.y = inputs(), classes()

    def __len__(self):
        return N

    def __getitem__(self, i):
        return {"ids": self.y[i], "x": self.x[i]}, {"y": self.y[i], "weight": torch.tensor(1.0)}


def named():
    """With an embedding of sparse gradients, and a layer that is called by keyword."""
    model = Through(
        lambda batch, embedding, low, high: high(embedding(batch["ids"]) + low(input=batch["x"])),
        embedding=nn.Embedding(C, 16, sparse=True),
        low=nn.Linear(D, 16),
        high=mlp(d=16),
    )
    data, optimizer = Named(), torch.optim.SGD(model.parameters(), lr=0.1)
    loss = lambda output, target: (functional.cross_entropy(output, target["y"], reduction="none") * target["weight"]).mean()  # noqa: E731
    return OwnLoop(model, data, data, loss, optimizer, batch_size=32, device=torch.device("cpu"))


def evidence_bound(output, target):
    again, mean, spread = output
    return (
        functional.mse_loss(again, target, reduction="sum") / len(target)
        + 0.5 * (mean**2 + (2 * spread).exp() - 2 * spread - 1).sum(1).mean()
    )


def rare():
    """A binary target that is 1 for one example in twenty."""
    return (inputs()[:, :1] > 1.65).float()


def smoothed(output, target):
    return functional.cross_entropy(output, target, label_smoothing=0.1, weight=torch.arange(1.0, C + 1))


WELL = {
    "cross-entropy": lambda: training(mlp(), inputs(), classes()),
    "label smoothing and class weights": lambda: training(mlp(), inputs(), classes(), smoothed),
    "a sum over the minibatch": lambda: training(mlp(), inputs(), classes(), nn.CrossEntropyLoss(reduction="sum")),
    "log_softmax and nll_loss": lambda: training(mlp(last=nn.LogSoftmax(dim=1)), inputs(), classes(), functional.nll_loss),
    "softmax and a logarithm": lambda: training(
        mlp(last=nn.Softmax(dim=1)), inputs(), classes(), lambda p, y: functional.nll_loss(torch.log(p), y)
    ),
    "a margin loss": lambda: training(mlp(), inputs(), classes(), functional.multi_margin_loss),
    "one logit": lambda: training(mlp(1), inputs(), (targets() > 0).float(), functional.binary_cross_entropy_with_logits),
    "one logit, a rare class": lambda: training(mlp(1), inputs(), rare(), functional.binary_cross_entropy_with_logits, lr=1e-2),
    "a sigmoid and binary cross-entropy": lambda: training(
        mlp(1, last=nn.Sigmoid()), inputs(), (targets() > 0).float(), functional.binary_cross_entropy
    ),
    "several labels": lambda: training(mlp(4), inputs(), (targets(4) > 0).float(), functional.binary_cross_entropy_with_logits),
    "regression": lambda: training(mlp(3), inputs(), targets(3), functional.mse_loss),
    "regression, absolute": lambda: training(mlp(1), inputs(), targets(), functional.l1_loss),
    "regression on one feature": lambda: training(
        nn.Linear(1, 1), inputs()[:, :1], inputs()[:, :1] + torch.randn(N, 1), functional.mse_loss
    ),
    "an autoencoder": lambda: training(mlp(64, d=64), pixels(), pixels(), functional.mse_loss),
    "an autoencoder of pixels as probabilities": lambda: training(
        mlp(64, hidden=16, d=64, last=nn.Sigmoid()), pixels(), pixels(), functional.binary_cross_entropy
    ),
    "a variational autoencoder": lambda: training(variational(), pixels(), pixels(), evidence_bound),
    "images from 0 to 1, BatchNorm and dropout": lambda: training(convolution(), *images()),
    "images, a slow BatchNorm": lambda: training(nn.Sequential(*(nn.BatchNorm2d(1, momentum=0.01), convolution())), *images()),
    "inputs and targets by name": named,
    "a language model": lambda: training(language_model(), *letters(), per_letter),
    "a frozen backbone": lambda: training(frozen_backbone(), inputs(), classes()),
    "a pooler nobody asks": lambda: training(with_a_pooler(), inputs(), classes()),
    "an adapter that begins at 0": lambda: training(low_rank(), inputs(), classes()),
    "raw pixels that the model scales": lambda: training(
        Through(lambda x, net: net(x.float() / 255), net=mlp(d=64)), (255 * pixels()).byte(), torch.arange(N) % C
    ),
    "a rate far too low": lambda: training(mlp(), inputs(), classes(), lr=1e-7),
    "a rate far too high": lambda: training(mlp(), inputs(), classes(), lr=10.0, optimizer=torch.optim.SGD),
    "minibatches of one": lambda: training(mlp(), inputs(), classes(), batch_size=1),
    "LBFGS": lambda: training(mlp(), inputs(), classes(), lr=0.1, optimizer=lambda p, lr: torch.optim.LBFGS(p, lr=lr, max_iter=2)),
}
