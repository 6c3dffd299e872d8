"""Predict the progression of diabetes after a year from ten measurements."""

from pathlib import Path

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR = 1e-3
EPOCHS = 250
BATCH_SIZE = 32
HIDDEN = 128

X, y = load_diabetes(return_X_y=True, scaled=False)
X = (X - X.mean(0)) / X.std(0)
y = (y - y.mean()) / y.std()
X_train, X_test, y_train, y_test = (torch.tensor(a, dtype=torch.float32) for a in train_test_split(X, y, test_size=0.25, random_state=0))
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=BATCH_SIZE, shuffle=True)

model = nn.Sequential(nn.Linear(10, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=LR)
loss_fn = nn.MSELoss()
writer = SummaryWriter(Path(__file__).parent / "runs")

for epoch in range(EPOCHS):
    model.train()
    running = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(xb).squeeze(1), yb)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(xb)
    model.eval()
    with torch.no_grad():
        test_loss = loss_fn(model(X_test).squeeze(1), y_test).item()
    writer.add_scalar("Loss/train", running / len(X_train), epoch)
    writer.add_scalar("Loss/test", test_loss, epoch)
    writer.add_scalar("Learning rate", optimizer.param_groups[0]["lr"], epoch)
    if epoch % 50 == 0:
        print(f"epoch {epoch}: train {running / len(X_train):.3f} test {test_loss:.3f}")

hparams = {"lr": LR, "batch_size": BATCH_SIZE, "epochs": EPOCHS, "hidden": HIDDEN, "dropout": 0.0, "weight_decay": 0.0, "optimizer": "Adam"}
writer.add_hparams(hparams, {"hparam/test_loss": test_loss})
writer.close()
