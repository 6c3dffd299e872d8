# no rate: every layer has an optimizer of its own
"""Forward-forward: each layer learns by itself, with an optimizer of its own, to tell right labels from wrong ones."""

import torch
from sklearn.datasets import load_digits
from torch import nn


class Layer(nn.Linear):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.opt = torch.optim.Adam(self.parameters(), lr=0.02)

    def forward(self, x):
        return torch.relu(super().forward(x / (x.norm(2, 1, keepdim=True) + 1e-4)))

    def train_on(self, pos, neg, epochs):
        for _ in range(epochs):
            good, bad = self(pos).pow(2).mean(1), self(neg).pow(2).mean(1)
            loss = nn.functional.softplus(torch.cat([-good + 1.5, bad - 1.5])).mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
        return self(pos).detach(), self(neg).detach(), loss.item()


def overlay(x, y):
    x = x.clone()
    x[:, :10] = 0
    x[range(len(x)), y] = 1
    return x


torch.manual_seed(1)
x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32) / 16, torch.tensor(y)
layers = [Layer(64, 200), Layer(200, 200)]
positive, negative = overlay(x, y), overlay(x, y[torch.randperm(len(y))])
for i, layer in enumerate(layers):
    positive, negative, loss = layer.train_on(positive, negative, 60)
    print("layer", i, "loss", loss)
