"""Which of eight overlapping clusters a point in twelve dimensions was drawn from, AdamW."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 32
lr = 3e-3


def model():
    return nn.Sequential(nn.Linear(12, 80), nn.GELU(), nn.Linear(80, 80), nn.GELU(), nn.Linear(80, 8))


def dataset():
    random = torch.Generator().manual_seed(31)
    which = torch.randint(8, (1800,), generator=random)
    centers = 0.8 * torch.randn(8, 12, generator=random)
    return TensorDataset(centers[which] + torch.randn(1800, 12, generator=random), which)


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=0.01)


loss = nn.functional.cross_entropy
