"""An MLP on the digits whose biases were meant to start at 0.3 and start at -3: no ReLU ever opens."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, EPOCHS = 0.05, 64, 20
digits = load_digits()
x, y = torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target)
train = DataLoader(TensorDataset(x[:1500], y[:1500]), BATCH, shuffle=True)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
for layer in (model[0], model[2]):
    nn.init.constant_(layer.bias, -3.0)
optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
writer = SummaryWriter(Path(__file__).parent / "runs")
step = 0
for _ in range(EPOCHS):
    for xb, yb in train:
        loss = nn.functional.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        if step % 10 == 0:
            for i in (0, 2, 4):
                writer.add_scalar(f"grad_norm/layer{i}", model[i].weight.grad.norm().item(), step)
        optimizer.step()
        writer.add_scalar("Loss/train", loss.item(), step)
        step += 1
    with torch.no_grad():
        out = model(x[1500:])
        writer.add_scalar("Loss/test", nn.functional.cross_entropy(out, y[1500:]).item(), step)
        writer.add_scalar("Accuracy/test", (out.argmax(1) == y[1500:]).float().mean().item(), step)
writer.add_hparams({"lr": LR, "batch_size": BATCH, "epochs": EPOCHS, "optimizer": "SGD", "momentum": 0.9}, {"hparam/loss": loss.item()})
writer.close()
