"""Which pixels of a noisy picture belong to a rectangle, three convolutions, Adam."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 16
lr = 1e-3
SIZE = 12


def model():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1)
    )  # fmt: skip


def dataset():
    random = torch.Generator().manual_seed(33)
    places = torch.rand(900, 2, 2, generator=random).sort(2).values * SIZE
    along = torch.arange(SIZE) + 0.5
    inside = ((places[:, :, :1] < along) & (along < places[:, :, 1:])).float()
    masks = (inside[:, 0, :, None] * inside[:, 1, None, :]).unsqueeze(1)
    return TensorDataset(masks + 0.9 * torch.randn(masks.shape, generator=random), masks)


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.binary_cross_entropy_with_logits
