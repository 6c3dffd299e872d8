"""Digits. Overfitting was a worry, so: a lot of dropout and a strong weight decay."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

lr, weight_decay, dropout, batch_size, epochs = 5e-3, 0.03, 0.8, 64, 40

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, test_size=0.25, random_state=1, stratify=y)
train_set = TensorDataset(torch.tensor(X_train).float(), torch.tensor(y_train))
test_x, test_y = torch.tensor(X_test).float(), torch.tensor(y_test)

model = nn.Sequential(
    nn.Linear(64, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 10)
)
optimizer = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
criterion = nn.CrossEntropyLoss()
writer = SummaryWriter(Path(__file__).parent / "runs" / "dropout-0.8")

step = 0
for epoch in range(epochs):
    model.train()
    for xb, yb in DataLoader(train_set, batch_size, shuffle=True):
        out = model(xb)
        loss = criterion(out, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 2 == 0:
            writer.add_scalar("Loss/train", loss.item(), step)
            writer.add_scalar("Accuracy/train", (out.argmax(1) == yb).float().mean().item(), step)
        step += 1
    model.eval()
    with torch.no_grad():
        out = model(test_x)
    writer.add_scalar("Loss/test", criterion(out, test_y).item(), step)
    writer.add_scalar("Accuracy/test", (out.argmax(1) == test_y).float().mean().item(), step)
writer.add_hparams(
    {"lr": lr, "weight_decay": weight_decay, "dropout": dropout, "batch_size": batch_size, "epochs": epochs, "optimizer": "Adam"},
    {"accuracy": (out.argmax(1) == test_y).float().mean().item()},
)
writer.close()
