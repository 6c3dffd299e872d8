"""Few and slow steps: each reads what far away takes half a second to come."""

import time

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Remote(Dataset):
    def __init__(self):
        x, y = load_diabetes(return_X_y=True)
        self.x, self.y = torch.tensor(x, dtype=torch.float32) * 20, torch.tensor((y - 152) / 77, dtype=torch.float32)

    def __len__(self):
        return 320

    def __getitem__(self, i):
        time.sleep(0.016)
        return self.x[i], self.y[i]


def main():
    torch.manual_seed(0)
    data = Remote()
    net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for step, (x, y) in enumerate(DataLoader(data, batch_size=32, shuffle=True)):
        loss = nn.functional.mse_loss(net(x)[:, 0], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"step {step} loss {loss.item():.4f}")
    with torch.no_grad():
        print("held out", nn.functional.mse_loss(net(data.x[320:])[:, 0], data.y[320:]).item())


if __name__ == "__main__":
    main()
