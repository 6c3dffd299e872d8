"""The tasks: data from scikit-learn, from Python's own texts or generated, each with a network and a loss."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from sklearn import datasets
from torch.nn import functional as F  # noqa: N812

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


def standard(x):
    return (x - x.mean(0)) / (x.std(0) + 1e-8)


def table(load, kind=torch.long):
    """A scikit-learn table, standardized."""
    x, y = load(return_X_y=True)
    return standard(torch.tensor(x, dtype=torch.float32)), torch.tensor(y).to(kind)


def column(y):
    return y.reshape(len(y), -1).float()


def digits():
    x, y = datasets.load_digits(return_X_y=True)
    return torch.tensor(x, dtype=torch.float32).reshape(-1, 8, 8) / 8 - 1, torch.tensor(y)


def pixels():
    x = (digits()[0].flatten(1) + 1) / 2
    return x, x


def diabetes():
    x, y = table(datasets.load_diabetes, torch.float32)
    return x, standard(column(y))


def cancer():
    x, y = table(datasets.load_breast_cancer)
    return x, column(y)


def friedman():
    """A regression whose targets keep their units: its loss starts in the hundreds."""
    x, y = datasets.make_friedman1(1500, noise=1.0, random_state=0)
    return torch.tensor(x, dtype=torch.float32) * 2 - 1, torch.tensor(y, dtype=torch.float32)[:, None]


def ill_conditioned():
    """Linear, with inputs whose scales span two decades: a deep valley."""
    g = torch.Generator().manual_seed(0)
    x = torch.randn(1200, 30, generator=g) * torch.logspace(-2, 0, 30)
    return x, x @ torch.randn(30, 1, generator=g) * 3 + 0.1 * torch.randn(1200, 1, generator=g)


def spirals():
    g = torch.Generator().manual_seed(0)
    t, side = torch.rand(1200, generator=g).sqrt() * 9, torch.arange(1200) % 2
    angle = t + side * torch.pi
    x = torch.stack([t * angle.cos(), t * angle.sin()], 1) / 5 + 0.05 * torch.randn(1200, 2, generator=g)
    return x, column(side)


def labels():
    """Ten labels, each on or off, of generated inputs."""
    x, y = datasets.make_multilabel_classification(1500, n_features=20, n_classes=10, n_labels=3, random_state=0)
    return standard(torch.tensor(x, dtype=torch.float32)), torch.tensor(y, dtype=torch.float32)


def pairs():
    """Which of two has the higher value."""
    x, y = datasets.make_friedman1(3000, noise=0.5, random_state=1)
    x, y = torch.tensor(x, dtype=torch.float32) * 2 - 1, torch.tensor(y)
    return torch.stack([x[::2], x[1::2]], 1), column(y[::2] > y[1::2])


def views():
    """Two noisy views of each digit."""
    x, g = digits()[0].flatten(1), torch.Generator().manual_seed(0)
    return torch.stack([x + 0.5 * torch.randn(x.shape, generator=g) for _ in range(2)], 1), digits()[1]


def ratings():
    g = torch.Generator().manual_seed(0)
    who, what = torch.randn(60, 4, generator=g), torch.randn(80, 4, generator=g)
    pairs = torch.stack([torch.randint(60, (2500,), generator=g), torch.randint(80, (2500,), generator=g)], 1)
    return pairs, ((who[pairs[:, 0]] * what[pairs[:, 1]]).sum(1) + 0.3 * torch.randn(2500, generator=g))[:, None]


def adding():
    """The sum of the two marked numbers of a sequence (Hochreiter and Schmidhuber, 1997), over 16 steps."""
    g = torch.Generator().manual_seed(0)
    values, marks = torch.rand(2000, 16, generator=g), torch.zeros(2000, 16)
    marks.scatter_(1, torch.rand(2000, 16, generator=g).topk(2).indices, 1.0)
    return torch.stack([values, marks], 2), (values * marks).sum(1, keepdim=True)


@cache
def text():
    """Numbers of the characters of a text that every Python has, and how many kinds there are."""
    said = inspect.getsource(inspect)[:30_000]
    kinds = sorted(set(said))
    return torch.tensor([kinds.index(c) for c in said]), len(kinds)


def windows(length, every):
    """Stretches of the text and the character after each place of them, or after the last."""
    characters = text()[0]
    starts = torch.arange(0, len(characters) - length - 1, 7)
    x = torch.stack([characters[s : s + length] for s in starts])
    y = torch.stack([characters[s + 1 : s + length + 1] for s in starts])
    return x, y if every else y[:, -1]


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
    "digits": Task(digits, lambda s: net.mlp(64, 10, s), F.cross_entropy, ("SGD", "Adam", "RMSprop"), 800, accuracy=right),
    "digits-conv": Task(
        digits, lambda s: net.convolutional(10, s), F.cross_entropy, ("SGD with momentum", "AdamW"), 500, 64, accuracy=right
    ),
    "digits-lstm": Task(digits, lambda s: net.Recurrent("LSTM", 8, 10, s), F.cross_entropy, ("SGD", "RMSprop"), 500, 64, accuracy=right),
    "autoencoder": Task(pixels, lambda s: net.mlp(64, 64, s), F.mse_loss, ("SGD with momentum", "Adam"), 800, depth=3),
    "variational": Task(pixels, lambda s: net.Variational(64, s), elbo, ("SGD", "SGD with momentum", "Adam"), 800, 64, depth=1),
    "diabetes": Task(diabetes, lambda s: net.mlp(10, 1, s, 16), F.mse_loss, ("SGD", "SGD with momentum", "AdamW"), 400),
    "cancer": Task(cancer, lambda s: net.mlp(30, 1, s, 16), BCE, ("SGD", "RMSprop"), 400, accuracy=side),
    "wine": Task(
        lambda: table(datasets.load_wine), lambda s: net.mlp(13, 3, s, 16), F.cross_entropy, ("SGD with momentum", "Adam"), 300, 16,
        accuracy=right, activation="tanh",
    ),
    "friedman": Task(friedman, lambda s: net.mlp(10, 1, s), F.mse_loss, ("SGD", "SGD with momentum", "Adam"), 900),
    "valley": Task(ill_conditioned, lambda s: torch.nn.Linear(30, 1), F.mse_loss, ("SGD", "SGD with momentum", "Adam"), 1200, images=False),
    "spirals": Task(spirals, lambda s: net.mlp(2, 1, s), BCE, ("SGD with momentum", "AdamW"), 2000, 64, accuracy=side, activation="tanh"),
    "labels": Task(labels, lambda s: net.mlp(20, 10, s), BCE, ("SGD", "Adam"), 700, accuracy=side),
    "ranking": Task(pairs, lambda s: net.Pairs(net.mlp(10, 1, s), True), BCE, ("SGD with momentum", "RMSprop"), 700, accuracy=side),
    "contrastive": Task(views, lambda s: net.Pairs(net.mlp(64, 16, s), False), contrast, ("SGD", "AdamW"), 500, 64),
    "ratings": Task(ratings, lambda s: net.Factors(60, 80, s), F.mse_loss, ("SGD with momentum", "Adam"), 1500, 64, images=False),
    "adding": Task(adding, lambda s: net.Recurrent("GRU", 2, 1, s), F.mse_loss, ("SGD with momentum", "Adam"), 700, 64),
    "text": Task(
        lambda: windows(6, False), lambda s: net.Bag(text()[1], 6, s), F.cross_entropy, ("SGD", "AdamW"), 1500, 64, accuracy=right,
        images=False,
    ),
    "text-transformer": Task(
        lambda: windows(24, True), lambda s: net.Transformer(text()[1], 24, s), token_loss, ("SGD with momentum", "AdamW"), 400, 16,
        images=False,
    ),
    "text-transformer-2017": Task(
        lambda: windows(16, True), lambda s: net.Transformer(text()[1], 16, s, first=False), token_loss, ("Adam",), 400, 16, 4,
        images=False,
    ),
    "text-rnn": Task(
        lambda: windows(20, True), lambda s: net.Recurrent("RNN", 16, text()[1], s, 48, text()[1], True), token_loss, ("SGD", "RMSprop"),
        600, images=False,
    ),
}  # fmt: skip
