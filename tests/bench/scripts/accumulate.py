"""Gradient accumulation by hand, with dropout and clipping, on digits."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

config = {"learning_rate": 3e-4, "epochs": 8, "micro_batch_size": 8, "gradient_accumulation_steps": 4, "max_grad_norm": 1.0}


def run(config):
    torch.manual_seed(0)
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
    train_dl = DataLoader(TensorDataset(x[:1024], y[:1024]), batch_size=config["micro_batch_size"], shuffle=True)
    model = nn.Sequential(nn.Linear(64, 128), nn.GELU(), nn.Dropout(0.1), nn.LayerNorm(128), nn.Linear(128, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=config["learning_rate"])
    k = config["gradient_accumulation_steps"]
    for epoch in range(config["epochs"]):
        model.train()
        for step, (xb, yb) in enumerate(train_dl):
            loss = nn.functional.cross_entropy(model(xb), yb) / k
            loss.backward()
            if (step + 1) % k == 0:
                nn.utils.clip_grad_norm_(model.parameters(), config["max_grad_norm"])
                optimizer.step()
                optimizer.zero_grad()
        model.eval()
        with torch.no_grad():
            print({"epoch": epoch, "val_loss": nn.functional.cross_entropy(model(x[1024:]), y[1024:]).item()})


run(config)
