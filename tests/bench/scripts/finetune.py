"""A body trained on five digits and fine-tuned to ten, with a lower rate for the body than for the new head."""

import torch
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(256, classes)

    def forward(self, x):
        return self.fc(self.backbone(x))


def pretrained(x, y):
    """By least squares of a few gradients, without an optimizer: as if it came from a file."""
    net = Net(5)
    for _ in range(60):
        loss = nn.functional.cross_entropy(net(x), y)
        for p, g in zip(net.parameters(), torch.autograd.grad(loss, list(net.parameters())), strict=True):
            p.data -= 0.5 * g
    return net


def train_model(model, criterion, optimizer, scheduler, dataloaders, num_epochs):
    for epoch in range(num_epochs):
        for phase in ["train", "val"]:
            model.train(phase == "train")
            running_loss = 0.0
            for inputs, labels in dataloaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    loss = criterion(model(inputs), labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
            if phase == "train":
                scheduler.step()
            print(f"epoch {epoch} {phase} Loss: {running_loss / len(dataloaders[phase].dataset):.5f}")


torch.manual_seed(0)
x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32).view(-1, 1, 8, 8) / 16, torch.tensor(y)
few = y[:600] < 5
model = pretrained(x[:600][few], y[:600][few])
model.fc = nn.Linear(256, 10)
sets = {"train": TensorDataset(x[600:1200], y[600:1200]), "val": TensorDataset(x[1200:], y[1200:])}
dataloaders = {phase: DataLoader(data, batch_size=16, shuffle=True) for phase, data in sets.items()}
groups = [{"params": model.backbone.parameters(), "lr": 1e-4}, {"params": model.fc.parameters()}]
optimizer = optim.SGD(groups, lr=1e-3, momentum=0.9)
train_model(model, nn.CrossEntropyLoss(), optimizer, optim.lr_scheduler.StepLR(optimizer, 4, gamma=0.1), dataloaders, 6)
