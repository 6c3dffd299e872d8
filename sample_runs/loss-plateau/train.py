"""Which cultivar is the wine? Thirteen chemical measurements in, three classes out."""

from pathlib import Path

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(2)
torch.set_num_threads(1)

wine = load_wine()
features = torch.tensor(wine.data, dtype=torch.float32)
labels = torch.tensor(wine.target)
shuffled = torch.randperm(len(labels))
train, test = shuffled[:140], shuffled[140:]

model = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
writer = SummaryWriter(Path(__file__).parent / "wine")

step = 0
for epoch in range(60):
    for batch in train[torch.randperm(len(train))].split(14):
        loss = nn.functional.cross_entropy(model(features[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("Loss/train", loss.item(), step)
        step += 1
    with torch.no_grad():
        writer.add_scalar("Loss/test", nn.functional.cross_entropy(model(features[test]), labels[test]).item(), step)
writer.add_hparams({"lr": 0.01, "momentum": 0.9, "batch_size": 14, "epochs": 60, "optimizer": "SGD", "normalize": False}, {"loss": loss.item()})
writer.close()
