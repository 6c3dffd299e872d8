"""Noise taken out of digits by a network whose averaged weights are the ones that are tested."""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Noisy(Dataset):
    """A clean picture and a noisy one, noise drawn each time."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        clean = self.images[i]
        return clean + 0.4 * torch.randn_like(clean), clean


class EMA:
    def __init__(self, model, decay=0.98):
        self.model, self.decay = copy.deepcopy(model).eval(), decay

    @torch.no_grad()
    def update(self, model):
        for mine, other in zip(self.model.parameters(), model.parameters(), strict=True):
            mine.lerp_(other, 1 - self.decay)


def main():
    torch.manual_seed(0)
    images = torch.tensor(load_digits().images, dtype=torch.float32)[:, None] / 8 - 1
    loader = DataLoader(Noisy(images[:1200]), batch_size=48, shuffle=True)
    net = nn.Sequential(nn.Conv2d(1, 24, 3, padding=1), nn.SiLU(), nn.Conv2d(24, 24, 3, padding=1), nn.SiLU(), nn.Conv2d(24, 1, 1))
    ema = EMA(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, betas=(0.9, 0.99))
    for epoch in range(5):
        for noisy, clean in loader:
            loss = nn.functional.mse_loss(net(noisy), clean)
            opt.zero_grad()
            loss.backward()
            opt.step()
            ema.update(net)
        print("epoch", epoch, "loss", loss.item())
    with torch.no_grad():
        test = images[1200:]
        noise = torch.randn(test.shape, generator=torch.Generator().manual_seed(9))
        print("denoising loss of the averaged weights", nn.functional.mse_loss(ema.model(test + 0.4 * noise), test).item())


if __name__ == "__main__":
    main()
