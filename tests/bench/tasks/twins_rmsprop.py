"""Whether two handwritten digits are the same, one network for both, RMSprop with momentum."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 32
lr = 1e-3


class Twins(nn.Module):
    """How near two embeddings lie decides."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 16))
        self.near = nn.Parameter(torch.ones(1))

    def forward(self, pairs):
        first, second = self.embed(pairs[:, 0]), self.embed(pairs[:, 1])
        return self.near - (first - second).square().mean(1, keepdim=True)


def model():
    return Twins()


def dataset():
    x, y = load_digits(return_X_y=True)
    x, y, random = torch.tensor(x / 16, dtype=torch.float32), torch.tensor(y), torch.Generator().manual_seed(34)
    first, second = torch.randint(len(y), (2, 12_000), generator=random)
    same = y[first] == y[second]
    kept = torch.cat([same.nonzero()[:1000, 0], (~same).nonzero()[:1000, 0]])
    kept = kept[torch.randperm(len(kept), generator=random)]
    return TensorDataset(torch.stack([x[first[kept]], x[second[kept]]], 1), same[kept].float().unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.RMSprop(parameters, lr=lr, momentum=0.9)


loss = nn.functional.binary_cross_entropy_with_logits
