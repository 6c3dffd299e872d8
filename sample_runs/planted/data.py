"""What the tasks learn from: data of scikit-learn, Python's own text, and generated."""

import inspect
from functools import cache

import torch
from sklearn import datasets


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


def wine():
    return table(datasets.load_wine)


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
