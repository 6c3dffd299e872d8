"""A convolutional network with adjust_learning_rate(), warm-up and steps, as in older repositories; SGD at a rate that is too high."""

import argparse

import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser(description="Training")
parser.add_argument("--epochs", default=6, type=int, metavar="N", help="number of total epochs to run")
parser.add_argument("-b", "--batch-size", default=64, type=int)
parser.add_argument("--lr", "--learning-rate", default=0.5, type=float, dest="lr")
parser.add_argument("--momentum", default=0.9, type=float)
parser.add_argument("--wd", default=5e-4, type=float)
args = parser.parse_args()


class AverageMeter:
    def __init__(self):
        self.sum = self.count = 0

    def update(self, val, n):
        self.sum, self.count = self.sum + val * n, self.count + n

    @property
    def avg(self):
        return self.sum / self.count


def adjust_learning_rate(optimizer, epoch):
    lr = args.lr * (0.2 if epoch == 0 else 1.0 if epoch < 4 else 0.1)
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr


def train(loader, model, criterion, optimizer, epoch):
    losses = AverageMeter()
    model.train()
    for i, (images, target) in enumerate(loader):
        loss = criterion(model(images), target)
        losses.update(loss.item(), images.size(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 10 == 0:
            print(f"Epoch: [{epoch}][{i}/{len(loader)}]\tLoss {losses.avg:.4e}")


def validate(loader, model, criterion):
    losses = AverageMeter()
    model.eval()
    with torch.no_grad():
        for images, target in loader:
            losses.update(criterion(model(images), target).item(), images.size(0))
    print(f" * Loss {losses.avg:.5f}")


def main():
    torch.manual_seed(0)
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32).view(-1, 1, 8, 8) / 16, torch.tensor(y)
    train_loader = DataLoader(TensorDataset(x[:1300], y[:1300]), args.batch_size, shuffle=True)
    val_loader = DataLoader(TensorDataset(x[1300:], y[1300:]), 256)
    model = nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(512, 10)),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), args.lr, momentum=args.momentum, weight_decay=args.wd)
    for epoch in range(args.epochs):
        adjust_learning_rate(optimizer, epoch)
        train(train_loader, model, criterion, optimizer, epoch)
        validate(val_loader, model, criterion)


if __name__ == "__main__":
    main()
