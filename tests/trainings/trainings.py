"""Small trainings for the tests and benches of probes."""

import math

import torch
from torch import nn
from torch.utils.data import TensorDataset

from probes.memory.trial import in_own_process, real_steps
from probes.trainings.own_loop import OwnLoop


def loop(model=None, examples=96, batch_size=16, lr=0.05, seed=0, **options):
    """A small training with everything that has state: BatchNorm, Dropout, momentum."""
    torch.manual_seed(0)
    model = model or torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.BatchNorm1d(16), torch.nn.Dropout(0.3), torch.nn.Linear(16, 4))
    data = torch.utils.data.TensorDataset(torch.randn(examples, 8), torch.randn(examples, 4))
    held_out = torch.utils.data.TensorDataset(torch.randn(20, 8), torch.randn(20, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return OwnLoop(
        model, data, held_out, torch.nn.functional.mse_loss, optimizer, batch_size=batch_size, device="cpu", seed=seed, **options
    )


class Text(nn.Module):
    """A transformer with a list of blocks; `looks` makes it look at a value on its way."""

    def __init__(self, vocabulary=32, width=16, depth=3, looks=False):
        super().__init__()
        self.embedding, self.looks = nn.Embedding(vocabulary, width), looks
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(width, 2, 2 * width, batch_first=True) for _ in range(depth))
        self.out = nn.Linear(width, vocabulary)

    def forward(self, text):
        hidden = self.embedding(text)
        for block in self.blocks:
            hidden = block(hidden)
        if self.looks and hidden.abs().sum().item() == 0:
            return None
        return self.out(hidden).transpose(1, 2)


class Recurrent(nn.Module):
    """An LSTM, whose kernel takes memory of its own."""

    def __init__(self, vocabulary=32):
        super().__init__()
        self.embedding, self.lstm, self.out = nn.Embedding(vocabulary, 8), nn.LSTM(8, 16, batch_first=True), nn.Linear(16, 10)

    def forward(self, text):
        return self.out(self.lstm(self.embedding(text))[0][:, -1])


def images():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
    )


def dense():
    return nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))


SHAPES = {dense: (lambda n: torch.randn(n, 32), 10, ()), images: (lambda n: torch.randn(n, 1, 8, 8), 10, ())}
SHAPES |= {Text: (lambda n: torch.randint(32, (n, 12)), 32, (12,)), Recurrent: (lambda n: torch.randint(32, (n, 12)), 10, ())}


def made(model=dense, optimizer=torch.optim.AdamW, examples=600, batch_size=8, **options):
    inputs, classes, shape = SHAPES[model]
    torch.manual_seed(0)
    data = TensorDataset(inputs(examples), torch.randint(classes, (examples, *shape)))
    net = model(**options)
    made_by = optimizer(net.parameters(), lr=1e-3)
    return OwnLoop(net, data, data, nn.functional.cross_entropy, made_by, batch_size=batch_size, device="cpu")


def linear_sum():
    """One weight of 8×4 floats with momentum, and a loss that needs no memory of its own: the sum of the outputs."""
    training = loop(nn.Linear(8, 4, bias=False), examples=512)
    training.loss = lambda output, target: output.sum()
    return training


def second_step(training, size):
    """The memory of the second step at this batch size."""
    with training.restored():
        training.batch_size = size
        training.step()
        return training.step_memory()


def largest_that_runs(training, low=0, high=None):
    """The largest batch size at which two steps run, by bisection between one that runs and one that does not."""
    high = high or training.examples + 1
    while high - low > 1:
        middle = (low + high) // 2
        with in_own_process(training) as other:
            runs = real_steps(other, middle, math.inf)["fits"]
        low, high = (middle, high) if runs else (low, middle)
    return low
