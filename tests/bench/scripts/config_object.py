# advisor probe config_object.py -- optim.lr=0.002 epochs=5
"""House-like regression on diabetes with a nested dataclass config and key=value overrides on the command line."""

import sys
from dataclasses import dataclass, field

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


@dataclass
class OptimConfig:
    lr: float = 1e-3
    weight_decay: float = 0.01


@dataclass
class Config:
    epochs: int = 10
    batch_size: int = 32
    hidden: int = 64
    seed: int = 7
    optim: OptimConfig = field(default_factory=OptimConfig)


def parse(argv):
    config = Config()
    for word in argv:
        key, value = word.split("=")
        *path, last = key.split(".")
        target = config
        for part in path:
            target = getattr(target, part)
        setattr(target, last, type(getattr(target, last))(value))
    return config


def train(cfg):
    torch.manual_seed(cfg.seed)
    x, y = load_diabetes(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32) * 20, torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)[:, None]
    loader = DataLoader(TensorDataset(x[:350], y[:350]), batch_size=cfg.batch_size, shuffle=True)
    model = nn.Sequential(nn.Linear(10, cfg.hidden), nn.GELU(), nn.Linear(cfg.hidden, cfg.hidden), nn.GELU(), nn.Linear(cfg.hidden, 1))
    opt = torch.optim.AdamW(model.parameters(), lr=cfg.optim.lr, weight_decay=cfg.optim.weight_decay)
    for epoch in range(cfg.epochs):
        model.train()
        for xb, yb in loader:
            loss = nn.functional.smooth_l1_loss(model(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
        model.eval()
        with torch.no_grad():
            print(f"{epoch=} val={nn.functional.smooth_l1_loss(model(x[350:]), y[350:]).item():.5f}")


if __name__ == "__main__":
    train(parse(sys.argv[1:]))
