"""Two views of every digit in a batch, each to find the other among all: a loss that depends on the size of the batch."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


class TwoViews(Dataset):
    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def view(self, image):
        dx, dy = torch.randint(-1, 2, (2,)).tolist()
        return torch.roll(image, (dx, dy), (1, 2)) * (0.8 + 0.4 * torch.rand(1)) + 0.1 * torch.randn_like(image)

    def __getitem__(self, i):
        return self.view(self.images[i]), self.view(self.images[i])


class SimCLR(nn.Module):
    def __init__(self, temperature=0.2):
        super().__init__()
        self.temperature = temperature
        self.backbone = nn.Sequential(nn.Conv2d(1, 24, 3), nn.ReLU(), nn.Conv2d(24, 32, 3), nn.ReLU(), nn.Flatten())
        self.head = nn.Sequential(nn.Linear(32 * 16, 64), nn.ReLU(), nn.Linear(64, 24))

    def info_nce_loss(self, first, second):
        z = F.normalize(self.head(self.backbone(torch.cat([first, second]))), dim=1)
        similarity = (z @ z.T / self.temperature).fill_diagonal_(-1e9)
        n = len(first)
        return F.cross_entropy(similarity, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


def main():
    torch.manual_seed(0)
    images = torch.tensor(load_digits().images, dtype=torch.float32)[:, None] / 16
    loader = DataLoader(TwoViews(images[:1280]), batch_size=64, shuffle=True, drop_last=True)
    test = DataLoader(TwoViews(images[1280:1792]), batch_size=128)
    model = SimCLR()
    optimizer = torch.optim.Adam(model.parameters(), 0.0003, weight_decay=1e-4)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6 * len(loader))
    for epoch in range(6):
        for first, second in loader:
            loss = model.info_nce_loss(first, second)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
        print(f"Epoch: {epoch}\tLoss: {loss.item():.4f}")
    torch.manual_seed(77)
    with torch.no_grad():
        print("test", sum(model.info_nce_loss(*views).item() for views in test) / len(test))


if __name__ == "__main__":
    main()
