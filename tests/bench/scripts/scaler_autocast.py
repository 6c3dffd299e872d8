"""Mixed precision as on a GPU, on what there is: autocast and a GradScaler, a small residual network, OneCycleLR."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.amp import GradScaler, autocast
from torch.utils.data import DataLoader, TensorDataset


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU())

    def forward(self, x):
        return x + self.conv(x)


def main(epochs=3, batch_size=64, max_lr=2e-3):
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32).view(-1, 1, 8, 8) / 16, torch.tensor(y)
    loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size, shuffle=True, drop_last=True)
    head = nn.Sequential(nn.Flatten(), nn.Linear(256, 10))
    model = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), Block(16), nn.MaxPool2d(2), Block(16), head).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=max_lr, weight_decay=0.05)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, epochs=epochs, steps_per_epoch=len(loader))
    scaler = GradScaler(device)
    for epoch in range(epochs):
        model.train()
        for xb, yb in loader:
            optimizer.zero_grad()
            with autocast(device, dtype=torch.bfloat16):
                loss = nn.functional.cross_entropy(model(xb.to(device)), yb.to(device))
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            scheduler.step()
        model.eval()
        with torch.no_grad():
            print(f"[{epoch}] test loss: {nn.functional.cross_entropy(model(x[1400:].to(device)), y[1400:].to(device)).item():.5f}")


if __name__ == "__main__":
    main()
