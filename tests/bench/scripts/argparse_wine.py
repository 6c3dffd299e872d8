"""Wines by a small network in main(), everything an argument, ReduceLROnPlateau on the validation loss."""

import argparse

import torch
from sklearn.datasets import load_wine
from torch import nn, optim
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, TensorDataset, random_split


def get_args():
    parser = argparse.ArgumentParser(description="Wine classifier")
    parser.add_argument("--batch-size", "-b", type=int, default=16)
    parser.add_argument("--lr", "--learning-rate", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def evaluate(model, loader):
    model.eval()
    with torch.no_grad():
        losses = [nn.functional.cross_entropy(model(x), y, reduction="sum").item() for x, y in loader]
    return sum(losses) / len(loader.dataset)


def main():
    args = get_args()
    torch.manual_seed(args.seed)
    x, y = load_wine(return_X_y=True)
    x = (x - x.mean(0)) / x.std(0)
    data = TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))
    train, val = random_split(data, [120, 58], generator=torch.Generator().manual_seed(3))
    train_loader, val_loader = DataLoader(train, args.batch_size, shuffle=True), DataLoader(val, 58)
    model = nn.Sequential(nn.Linear(13, args.hidden), nn.Tanh(), nn.Linear(args.hidden, 3))
    optimizer = optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
    scheduler = ReduceLROnPlateau(optimizer, patience=4, factor=0.3)
    for epoch in range(args.epochs):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        val_loss = evaluate(model, val_loader)
        scheduler.step(val_loss)
        print(f"epoch {epoch} val_loss {val_loss:.5f}")


if __name__ == "__main__":
    main()
