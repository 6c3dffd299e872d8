"""Multinomial regression on the digits with SGD at one learning rate, until it settles."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

X, y = load_digits(return_X_y=True)
X, y = torch.tensor(X / 16).float(), torch.tensor(y)
perm = torch.randperm(len(X))
train, test = perm[:1300], perm[1300:]

model = nn.Linear(64, 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
writer = SummaryWriter(Path(__file__).parent)

iteration = 0
for epoch in range(30):
    for batch in train[torch.randperm(len(train))].split(50):
        loss = nn.functional.cross_entropy(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("Loss/train", loss.item(), iteration)
        iteration += 1
    with torch.no_grad():
        out = model(X[test])
        writer.add_scalar("Loss/test", nn.functional.cross_entropy(out, y[test]).item(), iteration)
        writer.add_scalar("Accuracy/test", (out.argmax(1) == y[test]).float().mean().item(), iteration)
writer.close()
