"""Tasks whose answer is a density, a field or a map between functions: losses that go below zero, or over many decades."""

import math

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.pictures import TRAINED, digits, unsupervised
from tests.bench.sweeps.tables import net
from tests.bench.sweeps.training import Task


class Flow(nn.Module):
    """Six couplings of two numbers."""

    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList(net(1, 2, 24) for _ in range(6))

    def forward(self, x):
        """Minus the logarithm of the density, in the mean."""
        total = torch.zeros(len(x))
        for part in self.parts:
            kept, other = x[:, :1], x[:, 1:]
            size, shift = part(kept).chunk(2, 1)
            size = torch.tanh(size)
            x, total = torch.cat([other * size.exp() + shift, kept], 1), total + size[:, 0]
        return (0.5 * x.square().sum(1) + math.log(2 * math.pi) - total).mean()


def flow() -> Task:
    model = Flow()
    return unsupervised(model, model, torch.tensor(make_moons(1500, noise=0.06, random_state=3)[0], dtype=torch.float32), 1200)


def mixture_density() -> Task:
    """One of several answers to each question, as five bells."""
    y = torch.rand(1500) * 2 - 1
    x, model = y + 0.3 * torch.sin(2 * math.pi * y) + 0.05 * torch.randn(1500), net(1, 15, 32)

    def loss(batch):
        share, mean, spread = model(x[batch, None]).chunk(3, 1)
        spread = functional.softplus(spread) + 1e-2
        each = -0.5 * ((y[batch, None] - mean) / spread) ** 2 - spread.log() - 0.5 * math.log(2 * math.pi)
        return -torch.logsumexp(functional.log_softmax(share, 1) + each, 1).mean()

    return Task(model, loss, 1200, lambda: {"val_loss": float(loss(torch.arange(1200, 1500)))})


class Sine(nn.Module):
    """A layer of sines (SIREN)."""

    def __init__(self, inputs: int, outputs: int, scale: float):
        super().__init__()
        self.linear, self.scale = nn.Linear(inputs, outputs), scale
        nn.init.uniform_(self.linear.weight, -math.sqrt(6 / inputs) / scale, math.sqrt(6 / inputs) / scale)

    def forward(self, x):
        return torch.sin(self.scale * self.linear(x))


def picture_field() -> Task:
    """The brightness of a picture at each place of it, all at once."""
    side = torch.linspace(-1, 1, 24)
    at = torch.cartesian_prod(side, side)
    bright = torch.sin(9 * at[:, 0]) * torch.cos(6 * at[:, 1]) + 0.5 * (at.norm(dim=1) < 0.5)
    model = nn.Sequential(Sine(2, 48, 8.0), Sine(48, 48, 8.0), nn.Linear(48, 1))
    return Task(model, lambda batch: functional.mse_loss(model(at[batch])[:, 0], bright[batch]), 576)


class Operator(nn.Module):
    """What a function is, and where its integral is asked for (DeepONet)."""

    def __init__(self):
        super().__init__()
        self.function, self.place = net(20, 24, 48), net(1, 24, 48)

    def forward(self, u, at):
        return (self.function(u) * self.place(at)).sum(1)


def denoised() -> Task:
    """Digits without the noise: the squares of what is wrong summed over the pixels."""
    x, _ = digits()
    seen, model = x + 0.4 * torch.randn_like(x), net(64, 64, 96)

    def loss(batch):
        return (model(seen[batch]) - x[batch]).square().sum(1).mean()

    return Task(model, loss, TRAINED, lambda: {"val_loss": float(loss(torch.arange(TRAINED, len(x))))})


def prices() -> Task:
    """What a thing costs, in its own unit, around 150, from eight numbers about it."""
    x = torch.randn(1000, 8)
    price, model = 150 + 40 * (x[:, :3].sum(1) + x[:, 3] * x[:, 4]) + 10 * torch.randn(1000), net(8, 1, 48)

    def loss(batch):
        return functional.mse_loss(model(x[batch])[:, 0], price[batch])

    return Task(model, loss, 800, lambda: {"val_loss": float(loss(torch.arange(800, 1000)))})


def operator() -> Task:
    """The integral of a smooth function from 0 to a place."""
    t, waves = torch.linspace(0, 1, 20), torch.randn(1600, 4)
    u = sum(waves[:, [k]] * torch.sin((k + 1) * 2 * t) for k in range(4))
    at = torch.rand(1600)
    wanted = sum(waves[:, k] * (1 - torch.cos((k + 1) * 2 * at)) / ((k + 1) * 2) for k in range(4))
    model = Operator()

    def loss(batch):
        return functional.mse_loss(model(u[batch], at[batch, None]), wanted[batch])

    return Task(model, loss, 1280, lambda: {"val_loss": float(loss(torch.arange(1280, 1600)))})
