"""An Engine of one's own with events and handlers, as in ignite, on digits with label noise."""

from collections import defaultdict

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Engine:
    def __init__(self, process_function):
        self.process, self.handlers, self.iteration, self.epoch = process_function, defaultdict(list), 0, 0

    def on(self, event):
        return lambda handler: self.handlers[event].append(handler)

    def fire(self, event):
        for handler in self.handlers[event]:
            handler(self)

    def run(self, data, max_epochs=1):
        for self.epoch in range(1, max_epochs + 1):
            for batch in data:
                self.iteration += 1
                self.output = self.process(self, batch)
                self.fire("iteration")
            self.fire("epoch")


def create_trainer(model, optimizer, criterion):
    def update(engine, batch):
        model.train()
        optimizer.zero_grad()
        x, y = batch
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Engine(update)


def run(train_batch_size=32, val_batch_size=200, epochs=8, lr=1e-2):
    torch.manual_seed(4)
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
    noisy = torch.where(torch.rand(len(y), generator=torch.Generator().manual_seed(1)) < 0.15, torch.randint(10, y.shape), y)
    train_loader = DataLoader(TensorDataset(x[:1000], noisy[:1000]), train_batch_size, shuffle=True)
    val_loader = DataLoader(TensorDataset(x[1000:], y[1000:]), val_batch_size)
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
    criterion = nn.CrossEntropyLoss()
    trainer = create_trainer(model, torch.optim.RMSprop(model.parameters(), lr=lr), criterion)

    @trainer.on("iteration")
    def log(engine):
        if engine.iteration % 50 == 0:
            print(f"Epoch[{engine.epoch}] Iteration[{engine.iteration}] Loss: {engine.output:.2f}")

    @trainer.on("epoch")
    def validate(engine):
        model.eval()
        with torch.no_grad():
            losses = [criterion(model(x), y).item() for x, y in val_loader]
        print(f"Validation - Epoch: {engine.epoch} Avg loss: {sum(losses) / len(losses):.4f}")

    trainer.run(train_loader, max_epochs=epochs)


if __name__ == "__main__":
    run()
