"""The tasks: each has data, a network and a loss, and the steps that a healthy training takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812

from planted import data
from planted import networks as net

Data = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Task:
    """What to learn. `data()` gives inputs and targets, `model(setting)` a network, `steps` is what a healthy training takes."""

    data: Callable[[], Data]
    model: Callable[[Any], torch.nn.Module]
    loss: Callable[[Any, torch.Tensor], torch.Tensor]
    optimizers: tuple[str, ...]
    steps: int = 600
    batch_size: int = 32
    depth: int = 2
    activation: str = "relu"
    accuracy: Callable[[Any, torch.Tensor], torch.Tensor] | None = None
    images: bool = True  # real inputs, so that scale and normalization mean something


def token_loss(out, y):
    return F.cross_entropy(out.flatten(0, -2), y.flatten())


def elbo(out, x):
    """Summed over pixels, as it usually is."""
    reconstructed, mean, logvar = out
    return (F.binary_cross_entropy_with_logits(reconstructed, x, reduction="sum") + (mean**2 + logvar.exp() - 1 - logvar).sum() / 2) / len(
        x
    )


def contrast(out, _):
    """InfoNCE: each vector's other view among the batch."""
    a, b = (F.normalize(v, dim=-1) for v in out)
    return F.cross_entropy(a @ b.T / 0.2, torch.arange(len(a)))


def right(out, y):
    return (out.argmax(-1) == y).float().mean()


def side(out, y):
    return ((out > 0) == (y > 0.5)).float().mean()


BCE = F.binary_cross_entropy_with_logits
TASKS = {
    "digits": Task(data.digits, lambda s: net.mlp(64, 10, s), F.cross_entropy, ("SGD", "Adam", "RMSprop"), 800, accuracy=right),
    "digits-conv": Task(
        data.digits, lambda s: net.convolutional(10, s), F.cross_entropy, ("SGD with momentum", "AdamW"), 500, 64, accuracy=right
    ),
    "digits-lstm": Task(
        data.digits, lambda s: net.Recurrent("LSTM", 8, 10, s), F.cross_entropy, ("SGD", "RMSprop"), 500, 64, accuracy=right
    ),
    "autoencoder": Task(data.pixels, lambda s: net.mlp(64, 64, s), F.mse_loss, ("SGD with momentum", "Adam"), 800, depth=3),
    "variational": Task(data.pixels, lambda s: net.Variational(64, s), elbo, ("SGD", "SGD with momentum", "Adam"), 800, 64, depth=1),
    "diabetes": Task(data.diabetes, lambda s: net.mlp(10, 1, s, 16), F.mse_loss, ("SGD", "SGD with momentum", "AdamW"), 400),
    "cancer": Task(data.cancer, lambda s: net.mlp(30, 1, s, 16), BCE, ("SGD", "RMSprop"), 400, accuracy=side),
    "wine": Task(
        data.wine,
        lambda s: net.mlp(13, 3, s, 16),
        F.cross_entropy,
        ("SGD with momentum", "Adam"),
        300,
        16,
        accuracy=right,
        activation="tanh",
    ),
    "friedman": Task(data.friedman, lambda s: net.mlp(10, 1, s), F.mse_loss, ("SGD", "SGD with momentum", "Adam"), 900),
    "valley": Task(
        data.ill_conditioned, lambda s: torch.nn.Linear(30, 1), F.mse_loss, ("SGD", "SGD with momentum", "Adam"), 1200, images=False
    ),
    "spirals": Task(
        data.spirals, lambda s: net.mlp(2, 1, s), BCE, ("SGD with momentum", "AdamW"), 2000, 64, accuracy=side, activation="tanh"
    ),
    "labels": Task(data.labels, lambda s: net.mlp(20, 10, s), BCE, ("SGD", "Adam"), 700, accuracy=side),
    "ranking": Task(data.pairs, lambda s: net.Pairs(net.mlp(10, 1, s), True), BCE, ("SGD with momentum", "RMSprop"), 700, accuracy=side),
    "contrastive": Task(data.views, lambda s: net.Pairs(net.mlp(64, 16, s), False), contrast, ("SGD", "AdamW"), 500, 64),
    "ratings": Task(data.ratings, lambda s: net.Factors(60, 80, s), F.mse_loss, ("SGD with momentum", "Adam"), 1500, 64, images=False),
    "adding": Task(data.adding, lambda s: net.Recurrent("GRU", 2, 1, s), F.mse_loss, ("SGD with momentum", "Adam"), 700, 64),
    "text": Task(
        lambda: data.windows(6, False),
        lambda s: net.Bag(data.text()[1], 6, s),
        F.cross_entropy,
        ("SGD", "AdamW"),
        1500,
        64,
        accuracy=right,
        images=False,
    ),
    "text-transformer": Task(
        lambda: data.windows(24, True),
        lambda s: net.Transformer(data.text()[1], 24, s),
        token_loss,
        ("SGD with momentum", "AdamW"),
        400,
        16,
        images=False,
    ),
    "text-transformer-2017": Task(
        lambda: data.windows(16, True),
        lambda s: net.Transformer(data.text()[1], 16, s, first=False),
        token_loss,
        ("Adam",),
        400,
        16,
        4,
        images=False,
    ),
    "text-rnn": Task(
        lambda: data.windows(20, True),
        lambda s: net.Recurrent("RNN", 16, data.text()[1], s, 48, data.text()[1], True),
        token_loss,
        ("SGD", "RMSprop"),
        600,
        images=False,
    ),
}
