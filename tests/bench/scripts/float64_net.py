"""Friedman's function in double precision with a DataLoader."""

import numpy as np
import torch
from sklearn.datasets import make_friedman1
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.set_default_dtype(torch.float64)


def main():
    torch.manual_seed(0)
    X, y = make_friedman1(1500, noise=0.5, random_state=0)
    X, y = torch.from_numpy(X), torch.from_numpy((y - np.mean(y)) / np.std(y))
    train_loader = DataLoader(TensorDataset(X[:1200], y[:1200]), batch_size=40, shuffle=True)
    net = nn.Sequential(nn.Linear(10, 50), nn.Tanh(), nn.Linear(50, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(8):
        for x, target in train_loader:
            optimizer.zero_grad()
            loss = (net(x).squeeze(-1) - target).pow(2).mean()
            loss.backward()
            optimizer.step()
        print("epoch", epoch, "train", loss.item())
    with torch.no_grad():
        print("test", (net(X[1200:]).squeeze(-1) - y[1200:]).pow(2).mean().item())


if __name__ == "__main__":
    main()
