# advisor probe fire_function.py -- --lr=0.3 --epochs=4
"""A function whose parameters are the command line's, as under fire; SGD with Nesterov momentum and a step schedule."""

import inspect
import sys

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Digits(Dataset):
    def __init__(self, train):
        x, y = load_digits(return_X_y=True)
        part = slice(0, 1300) if train else slice(1300, None)
        self.x, self.y = torch.tensor(x[part], dtype=torch.float32).view(-1, 1, 8, 8) / 8 - 1, torch.tensor(y[part])

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return {"image": self.x[i], "label": self.y[i]}


def main(lr: float = 0.1, epochs: int = 10, bs: int = 32, gamma: float = 0.5, seed: int = 0):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Conv2d(1, 12, 3), nn.ReLU(), nn.Conv2d(12, 12, 3), nn.ReLU(), nn.Flatten(), nn.Linear(12 * 16, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr, momentum=0.8, nesterov=True)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma)
    train, test = DataLoader(Digits(True), bs, shuffle=True, drop_last=True), DataLoader(Digits(False), 256)
    for epoch in range(epochs):
        for batch in train:
            net.zero_grad()
            nn.functional.cross_entropy(net(batch["image"]), batch["label"], label_smoothing=0.05).backward()
            optimizer.step()
        scheduler.step()
    with torch.no_grad():
        losses = [nn.functional.cross_entropy(net(batch["image"]), batch["label"]) for batch in test]
    print("test", float(sum(losses) / len(losses)))


if __name__ == "__main__":
    given = dict(word.removeprefix("--").split("=") for word in sys.argv[1:])
    kinds = {name: p.annotation for name, p in inspect.signature(main).parameters.items()}
    main(**{name: kinds[name](value) for name, value in given.items()})
