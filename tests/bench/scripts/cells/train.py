# advisor probe -m cells.train -- --epochs 8
"""A module of a package, with relative imports, started with python -m; binary labels and Adagrad."""

import argparse
import logging

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .data import load

log = logging.getLogger(__name__)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=25)
    parser.add_argument("--lr", type=float, default=0.01)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    loader = DataLoader(TensorDataset(*load(800, 0)), args.batch, shuffle=True)
    net = nn.Sequential(nn.Linear(2, 24), nn.ELU(), nn.Linear(24, 24), nn.ELU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adagrad(net.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        for x, y in loader:
            loss = nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        log.info("epoch %d loss %.4f", epoch, loss.item())
    x, y = load(400, 1)
    with torch.no_grad():
        print("valid", nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y).item())


if __name__ == "__main__":
    main()
