"""Tasks of nets that hold the sizes of their activations: mixers, autoencoders of masked patches, readers of sound."""

import torch
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.pictures import TRAINED, classifier, digits
from tests.bench.sweeps.training import Task


class Mixed(nn.Module):
    """Across patches, then across their features."""

    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(16) for _ in range(2))
        self.across, self.along = (nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16)) for _ in range(2))

    def forward(self, x):
        x = x + self.across(self.norms[0](x).transpose(1, 2)).transpose(1, 2)
        return x + self.along(self.norms[1](x))


def patches(x: torch.Tensor) -> torch.Tensor:
    """Sixteen patches of four pixels each of digits of shape (n, 64)."""
    return x.view(-1, 4, 2, 4, 2).transpose(2, 3).reshape(-1, 16, 4)


def mixer_digits() -> Task:
    x, y = digits()
    return classifier(nn.Sequential(nn.Linear(4, 16), Mixed(), Mixed(), nn.LayerNorm(16), nn.Flatten(), nn.Linear(256, 10)), patches(x), y)


class Masked(nn.Module):
    """Rebuilds three quarters of the patches from the others."""

    def __init__(self):
        super().__init__()
        self.embed, self.place, self.hidden = nn.Linear(4, 24), nn.Parameter(0.02 * torch.randn(16, 24)), nn.Parameter(torch.zeros(24))
        self.block, self.head = nn.TransformerEncoderLayer(24, 2, 48, 0.0, batch_first=True, norm_first=True), nn.Linear(24, 4)

    def forward(self, x):
        hidden = torch.rand(len(x), 16, 1) < 0.75
        seen = torch.where(hidden, self.hidden, self.embed(x)) + self.place
        return ((self.head(self.block(seen)) - x).square() * hidden).sum() / (4 * hidden.sum())


def masked_digits() -> Task:
    model, x = Masked(), patches(digits()[0])
    return Task(model, lambda batch: model(x[batch]), TRAINED, lambda: {"val_loss": float(model(x[TRAINED:]))})


def spoken() -> Task:
    """Four of eight sounds out of twenty noisy frames, by a loss that finds where each is (CTC)."""
    y = torch.randint(1, 9, (800, 4))
    sound, model = torch.randn(9, 12), nn.Sequential(nn.Conv1d(12, 32, 3, padding=1), nn.GroupNorm(4, 32), nn.ReLU(), nn.Conv1d(32, 9, 1))
    x = sound[y.repeat_interleave(5, 1)].transpose(1, 2) + 0.5 * torch.randn(800, 12, 20)

    def loss(batch):
        said = functional.log_softmax(model(x[batch]), 1).permute(2, 0, 1)
        n = len(batch)
        return functional.ctc_loss(said, y[batch], torch.full((n,), 20), torch.full((n,), 4))

    return Task(model, loss, 640, lambda: {"val_loss": float(loss(torch.arange(640, 800)))})
