"""Tasks on tables, on a graph, on pairs, and on an equation."""

import torch
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.pictures import classifier, digits
from tests.bench.sweeps.training import Task


def table(loader):
    """Its columns, each of mean 0 and deviation 1, and its targets, in a random order."""
    found = loader()
    x, y = torch.tensor(found.data, dtype=torch.float32), torch.tensor(found.target)
    order = torch.randperm(len(x))
    return ((x - x.mean(0)) / x.std(0))[order], y[order]


def net(inputs: int, outputs: int, width: int = 32) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, outputs))


def cancer() -> Task:
    return classifier(net(30, 2), *table(load_breast_cancer), trained=440)


def wine() -> Task:
    return classifier(net(13, 3), *table(load_wine), trained=136)


def diabetes() -> Task:
    """Progression in its own unit, up to 346: the loss begins near 29,000."""
    x, y = table(load_diabetes)
    model, y = net(10, 1), y.float()

    def loss(batch):
        return functional.mse_loss(model(x[batch])[:, 0], y[batch])

    return Task(model, loss, 352, lambda: {"val_loss": float(loss(torch.arange(352, 442)))})


class Convolved(nn.Module):
    """Two layers, each of which mixes every node with its neighbours."""

    def __init__(self, links):
        super().__init__()
        self.links, self.first, self.second = links, nn.Linear(16, 32), nn.Linear(32, 4)

    def forward(self, x):
        return self.links @ self.second(functional.relu(self.links @ self.first(x)))


def graph() -> Task:
    """Four groups of nodes that are linked within more than across; the whole graph is one batch, a few nodes are labelled."""
    y = torch.arange(200) % 4
    links = (torch.rand(200, 200) < torch.where(y[:, None] == y, 0.1, 0.01)).float()
    links = ((links + links.T) > 0).float().fill_diagonal_(1)
    x, model = torch.randn(200, 16) + 0.5 * torch.randn(4, 16)[y], Convolved(links / links.sum(1, keepdim=True))

    def validate():
        output = model(x)[100:]
        right = (output.argmax(1) == y[100:]).float().mean()
        return {"val_loss": float(functional.cross_entropy(output, y[100:])), "val_accuracy": float(right)}

    return Task(model, lambda batch: functional.cross_entropy(model(x)[batch], y[batch]), 100, validate)


def ratings() -> Task:
    """Ratings around 3.5 of 100 things by 100 people, as products of hidden tastes."""
    who, what = torch.randint(100, (2, 3000))
    rating = 3.5 + (torch.randn(100, 3)[who] * torch.randn(100, 3)[what]).sum(1) + 0.3 * torch.randn(3000)
    people, things = nn.Embedding(100, 8), nn.Embedding(100, 8)
    model = nn.ModuleList([people, things])
    for part in model:
        nn.init.normal_(part.weight, std=0.1)

    def loss(batch):
        return functional.mse_loss((people(who[batch]) * things(what[batch])).sum(1), rating[batch])

    return Task(model, loss, 2400, lambda: {"val_loss": float(loss(torch.arange(2400, 3000)))})


def oscillator() -> Task:
    """A physics-informed net: u'' = -9 u with u(0) = 1 and u'(0) = 0, at random times up to 2."""
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))

    def loss(batch):
        with torch.enable_grad():
            t = (2 * torch.rand(len(batch), 1)).requires_grad_()
            zero = torch.zeros(1, 1, requires_grad=True)
            u, u0 = model(t), model(zero)
            first = torch.autograd.grad(u.sum(), t, create_graph=True)[0]
            second = torch.autograd.grad(first.sum(), t, create_graph=True)[0]
            slope = torch.autograd.grad(u0.sum(), zero, create_graph=True)[0]
            return ((second + 9 * u) ** 2).mean() + 10 * (u0 - 1).square().sum() + 10 * slope.square().sum()

    return Task(model, loss, 320)


class Several(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 64), nn.ReLU())
        self.heads = nn.ModuleList([nn.Linear(64, 10), nn.Linear(64, 2), nn.Linear(64, 1)])

    def forward(self, x):
        return [head(self.body(x)) for head in self.heads]


def several() -> Task:
    """Which digit, whether it is even, and how much ink: the sum of three losses."""
    x, y = digits()
    ink, model = x.sum(1) - x.sum(1).mean(), Several()

    def loss(batch):
        which, even, much = model(x[batch])
        return (
            functional.cross_entropy(which, y[batch])
            + functional.cross_entropy(even, y[batch] % 2)
            + 0.1 * functional.mse_loss(much[:, 0], ink[batch])
        )

    return Task(model, loss, 1400, lambda: {"val_loss": float(loss(torch.arange(1400, 1797)))})
