"""Tasks on pictures: the digits that scikit-learn ships, and shapes drawn here."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.training import Task

TRAINED = 1400  # of 1,797 digits


def digits():
    """Pixels from 0 to 1, shape (1797, 64), and labels."""
    found = load_digits()
    return torch.tensor(found.data / 16, dtype=torch.float32), torch.tensor(found.target)


def classifier(model: nn.Module, x, y, trained: int = TRAINED) -> Task:
    """Cross-entropy on the first `trained` examples, and accuracy on the others."""

    def validate():
        output = model(x[trained:])
        right = (output.argmax(1) == y[trained:]).float().mean()
        return {"val_loss": float(functional.cross_entropy(output, y[trained:])), "val_accuracy": float(right)}

    return Task(model, lambda batch: functional.cross_entropy(model(x[:trained][batch]), y[:trained][batch]), trained, validate)


def unsupervised(model: nn.Module, loss, x, size: int = TRAINED) -> Task:
    """A loss of examples alone."""
    return Task(model, lambda batch: loss(x[:size][batch]), size, lambda: {"val_loss": float(loss(x[size:]))})


def digits_mlp() -> Task:
    return classifier(nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)), *digits())


def digits_cnn() -> Task:
    layers = nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten()
    return classifier(nn.Sequential(nn.Unflatten(1, (1, 8, 8)), *layers, nn.Linear(256, 10)), *digits())


class ViT(nn.Module):
    """Sixteen patches of four pixels."""

    def __init__(self):
        super().__init__()
        self.patches, self.place = nn.Linear(4, 32), nn.Parameter(0.02 * torch.randn(16, 32))
        self.blocks = nn.ModuleList(nn.TransformerEncoderLayer(32, 2, 64, 0.0, batch_first=True, norm_first=True) for _ in range(2))
        self.head = nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 10))

    def forward(self, x):
        x = x.view(-1, 4, 2, 4, 2).transpose(2, 3).reshape(-1, 16, 4)
        x = self.patches(x) + self.place
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(1))


def digits_vit() -> Task:
    return classifier(ViT(), *digits())


def fine_tuning() -> Task:
    """Trained before on the digits up to four, tuned on the whole with a new head."""
    x, y = digits()
    body = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())
    before, few = nn.Sequential(body, nn.Linear(64, 5)), y < 5
    optimizer = torch.optim.Adam(before.parameters(), lr=3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        functional.cross_entropy(before(x[few]), y[few]).backward()
        optimizer.step()
    return classifier(nn.Sequential(body, nn.Linear(64, 10)), x, y)


def distilled() -> Task:
    """A small net that learns the answers of a random large one."""
    x, _ = digits()
    with torch.no_grad():
        answers = functional.softmax(nn.Sequential(nn.Linear(64, 256), nn.Tanh(), nn.Linear(256, 10))(x) * 8, 1)
    model = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))

    def loss(batch, start=0):
        return functional.kl_div(functional.log_softmax(model(x[batch + start]), 1), answers[batch + start], reduction="batchmean")

    return Task(model, loss, TRAINED, lambda: {"val_loss": float(loss(torch.arange(397), TRAINED))})


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
        self.decode = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64))

    def forward(self, x):
        """The loss, summed over pixels."""
        mean, spread = self.encode(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (spread / 2).exp()
        away = 0.5 * (mean**2 + spread.exp() - 1 - spread).sum(1)
        return (functional.binary_cross_entropy_with_logits(self.decode(z), x, reduction="none").sum(1) + away).mean()


def vae_digits() -> Task:
    model = VAE()
    return unsupervised(model, model, digits()[0])


def diffusion_digits() -> Task:
    """The noise in a noised digit, at a random time of a hundred."""
    kept = torch.cumprod(1 - torch.linspace(1e-3, 0.1, 100), 0)
    model = nn.Sequential(nn.Linear(66, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 64))

    def loss(x):
        t = torch.randint(100, (len(x),))
        noise, a = torch.randn_like(x), kept[t][:, None]
        given = torch.cat([a.sqrt() * (2 * x - 1) + (1 - a).sqrt() * noise, t[:, None] / 100, a], 1)
        return functional.mse_loss(model(given), noise)

    return unsupervised(model, loss, digits()[0])


def contrastive_digits() -> Task:
    """Two noised views of a digit find each other among the batch (NT-Xent)."""
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 32))

    def loss(x):
        x = x[:128]
        z = functional.normalize(model(torch.cat([x, x]) + 0.3 * torch.randn(2 * len(x), 64)), dim=1)
        alike = (z @ z.T / 0.3).fill_diagonal_(-1e9)
        return functional.cross_entropy(alike, torch.arange(2 * len(x)).roll(len(x)))

    return unsupervised(model, loss, digits()[0])


def segmentation() -> Task:
    """Which pixels belong to a bright disc among noise and bars."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:16, :16]
    centre, wide = rng.uniform(4, 12, (500, 2)), rng.uniform(2, 4, 500)
    mask = ((y - centre[:, :1, None]) ** 2 + (x - centre[:, 1:, None]) ** 2 < wide[:, None, None] ** 2).astype("float32")
    bars = (np.abs(x - rng.uniform(0, 16, (500, 1, 1))) < 1).astype("float32")
    seen = torch.tensor(mask * 0.8 + bars * 0.8 + rng.normal(0, 0.4, mask.shape), dtype=torch.float32)[:, None]
    mask = torch.tensor(mask)[:, None]
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=2, dilation=2), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1)
    )

    def loss(batch):
        return functional.binary_cross_entropy_with_logits(model(seen[batch]), mask[batch])

    return Task(model, loss, 400, lambda: {"val_loss": float(loss(torch.arange(400, 500)))})
