"""A plain loop, with everything that has state."""

import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

options = argparse.ArgumentParser()
options.add_argument("--epochs", type=int, default=2)
options.add_argument("--accumulate", type=int, default=1)
options.add_argument("--workers", type=int, default=0)
options.add_argument("--batch-size", type=int, default=16)
options.add_argument("--scaler", action="store_true")
options.add_argument("--compile", action="store_true")
args = options.parse_args()


def main():
    torch.manual_seed(0)
    x = torch.randn(400, 8)
    data = TensorDataset(x, x[:, :2] * 2 + 0.1 * torch.randn(400, 2))
    model = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 2))
    forward = torch.compile(model, backend="eager") if args.compile else model
    groups = [{"params": model[0].parameters(), "lr": 1e-3}, {"params": [*model[1].parameters(), *model[4].parameters()]}]
    optimizer = torch.optim.AdamW(groups, lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [1e-3, 1e-2], total_steps=10_000)
    scaler = torch.amp.GradScaler("cpu", enabled=args.scaler)
    for epoch in range(args.epochs):
        loader = DataLoader(data, args.batch_size, shuffle=True, num_workers=args.workers)
        for i, (inputs, targets) in enumerate(loader, 1):
            with torch.autocast("cpu", torch.bfloat16, enabled=args.scaler):
                loss = nn.functional.mse_loss(forward(inputs).float(), targets) / args.accumulate
            scaler.scale(loss).backward()
            if i % args.accumulate == 0:
                scaler.unscale_(optimizer)
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                scaler.step(optimizer)
                scaler.update()
                schedule.step()
                optimizer.zero_grad()
        print("epoch", epoch, loss.item())
        torch.save(model.state_dict(), "last.pt")


if __name__ == "__main__":
    main()
