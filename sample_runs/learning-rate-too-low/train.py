"""Digits with a small network. Logs in the folders and under the names Keras users know: train/ and validation/, epoch_loss."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(7)
torch.set_num_threads(1)

LEARNING_RATE = 1e-3
BATCH_SIZE = 128
EPOCHS = 200

digits = load_digits()
splits = train_test_split(digits.data / 16, digits.target, test_size=0.2, random_state=0)
x_train, x_val = (torch.tensor(a).float() for a in splits[:2])
y_train, y_val = (torch.tensor(a) for a in splits[2:])

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

logs = Path(__file__).parent / "logs"
train_writer = SummaryWriter(logs / "train")
val_writer = SummaryWriter(logs / "validation")
train_writer.add_hparams({"optimizer": "SGD", "learning_rate": LEARNING_RATE, "batch_size": BATCH_SIZE, "epochs": EPOCHS}, {}, run_name="../hparams")

for epoch in range(EPOCHS):
    total, correct = 0.0, 0
    for idx in torch.randperm(len(x_train)).split(BATCH_SIZE):
        out = model(x_train[idx])
        loss = criterion(out, y_train[idx])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(idx)
        correct += (out.argmax(1) == y_train[idx]).sum().item()
    with torch.no_grad():
        out = model(x_val)
    train_writer.add_scalar("epoch_loss", total / len(x_train), epoch, new_style=True)
    train_writer.add_scalar("epoch_accuracy", correct / len(x_train), epoch, new_style=True)
    train_writer.add_scalar("epoch_learning_rate", optimizer.param_groups[0]["lr"], epoch, new_style=True)
    val_writer.add_scalar("epoch_loss", criterion(out, y_val).item(), epoch, new_style=True)
    val_writer.add_scalar("epoch_accuracy", (out.argmax(1) == y_val).float().mean().item(), epoch, new_style=True)
train_writer.close()
val_writer.close()
