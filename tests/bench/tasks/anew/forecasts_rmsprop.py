"""The next value of a sum of waves from the sixteen before it, a gated recurrent network, RMSprop."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-2


class Gated(nn.Module):
    """A gated recurrent layer, unrolled."""

    def __init__(self, width=20):
        super().__init__()
        self.width = width
        self.gates, self.new, self.out = nn.Linear(width + 1, 2 * width), nn.Linear(width + 1, width), nn.Linear(width, 1)

    def forward(self, series):
        state = series.new_zeros(len(series), self.width)
        for i in range(series.shape[1]):
            now = series[:, i : i + 1]
            keep, reset = self.gates(torch.cat([now, state], 1)).sigmoid().chunk(2, 1)
            state = keep * state + (1 - keep) * torch.tanh(self.new(torch.cat([now, reset * state], 1)))
        return self.out(state)


def model():
    return Gated()


def dataset():
    random = torch.Generator().manual_seed(54)
    time = torch.arange(2500.0)
    series = torch.sin(time / 4) + torch.sin(time / 7.3) * torch.cos(time / 31) + 0.15 * torch.randn(2500, generator=random)
    windows = series.unfold(0, 17, 1)
    return TensorDataset(windows[:, :16], windows[:, 16:])


def optimizer(parameters, lr):
    return torch.optim.RMSprop(parameters, lr=lr)


loss = nn.functional.mse_loss
