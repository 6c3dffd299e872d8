"""Breast cancer with a WeightedRandomSampler that evens the classes out."""

import numpy as np
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

EPOCHS = 12
LR = 0.001


def main():
    torch.manual_seed(0)
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
    scaler = StandardScaler().fit(X_train)
    to = lambda a: torch.tensor(a, dtype=torch.float32)  # noqa: E731
    train = TensorDataset(to(scaler.transform(X_train)), to(y_train))
    counts = np.bincount(y_train)
    sampler = WeightedRandomSampler((1.0 / counts)[y_train].tolist(), len(train))
    loader = DataLoader(train, batch_size=16, sampler=sampler)
    model = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
    loss_fn = nn.BCEWithLogitsLoss()
    for epoch in range(EPOCHS):
        model.train()
        running = 0.0
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(xb).squeeze(1), yb)
            loss.backward()
            optimizer.step()
            running += loss.item()
        print(f"epoch {epoch}: {running / len(loader):.4f}")
    model.eval()
    with torch.no_grad():
        print("test loss", loss_fn(model(to(scaler.transform(X_test))).squeeze(1), to(y_test)).item())


if __name__ == "__main__":
    main()
