"""Breast cancer with its features as they come, up to thousands, SGD, and early stopping on the validation loss."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class EarlyStopping:
    def __init__(self, patience=5):
        self.patience, self.best, self.bad = patience, float("inf"), 0

    def __call__(self, loss):
        self.bad = 0 if loss < self.best else self.bad + 1
        self.best = min(self.best, loss)
        return self.bad >= self.patience


def main():
    torch.manual_seed(0)
    x, y = load_breast_cancer(return_X_y=True)
    data = TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))
    train, val = random_split(data, [400, 169], generator=torch.Generator().manual_seed(0))
    train_loader, val_loader = DataLoader(train, batch_size=20, shuffle=True), DataLoader(val, batch_size=169)
    model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 2))
    optimizer, stopper = torch.optim.Adam(model.parameters(), lr=1e-3), EarlyStopping()
    for epoch in range(20):
        model.train()
        for inputs, labels in train_loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = sum(nn.functional.cross_entropy(model(i), t).item() for i, t in val_loader)
        print(f"Epoch {epoch}: val loss {val_loss:.4f}")
        if stopper(val_loss):
            break
    print(f"best val loss {stopper.best:.5f}")


if __name__ == "__main__":
    main()
