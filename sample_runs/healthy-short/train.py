"""Benign or malignant? A small classifier on the breast cancer set, twenty epochs."""

from pathlib import Path

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)
LR, WEIGHT_DECAY, BATCH_SIZE, EPOCHS = 5e-3, 1e-2, 32, 20

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
scaler = StandardScaler().fit(X_train)
train_data = TensorDataset(torch.tensor(scaler.transform(X_train)).float(), torch.tensor(y_train).float())
X_test, y_test = torch.tensor(scaler.transform(X_test)).float(), torch.tensor(y_test).float()

model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1), nn.Flatten(0))
optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=WEIGHT_DECAY)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
loss_fn = nn.BCEWithLogitsLoss()
writer = SummaryWriter(Path(__file__).parent / "runs" / "cancer")

for epoch in range(EPOCHS):
    model.train()
    total, right = 0.0, 0
    for xb, yb in DataLoader(train_data, BATCH_SIZE, shuffle=True):
        logits = model(xb)
        loss = loss_fn(logits, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(xb)
        right += ((logits > 0) == yb.bool()).sum().item()
    scheduler.step()
    model.eval()
    with torch.no_grad():
        logits = model(X_test)
    writer.add_scalar("Loss/train", total / len(train_data), epoch)
    writer.add_scalar("Loss/test", loss_fn(logits, y_test).item(), epoch)
    writer.add_scalar("Accuracy/train", right / len(train_data), epoch)
    writer.add_scalar("Accuracy/test", ((logits > 0) == y_test.bool()).float().mean().item(), epoch)

hparams = {"lr": LR, "weight_decay": WEIGHT_DECAY, "batch_size": BATCH_SIZE, "epochs": EPOCHS, "dropout": 0.2, "optimizer": "AdamW"}
writer.add_hparams(hparams, {"hparam/loss": loss_fn(logits, y_test).item()})
writer.close()
