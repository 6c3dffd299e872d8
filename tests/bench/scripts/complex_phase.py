"""Complex weights that undo an unknown channel: signals are complex, the loss is real."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Equalizer(nn.Module):
    def __init__(self, taps=8, width=16):
        super().__init__()
        self.first = nn.Parameter(torch.randn(width, taps, dtype=torch.cfloat) / taps**0.5)
        self.second = nn.Parameter(torch.randn(1, width, dtype=torch.cfloat) / width**0.5)

    def forward(self, received):
        hidden = received @ self.first.T
        hidden = hidden * torch.tanh(hidden.abs()) / (hidden.abs() + 1e-6)
        return (hidden @ self.second.T)[:, 0]


def signals(count, generator):
    sent = torch.randn(count + 7, 2, generator=generator).sign()
    sent = torch.complex(sent[:, 0], sent[:, 1]) / 2**0.5
    channel = torch.tensor([1.0, 0.5 + 0.4j, -0.2j, 0.1], dtype=torch.cfloat)
    padded = torch.cat([torch.zeros(3, dtype=torch.cfloat), sent])
    received = sum(c * padded[3 - i : len(padded) - i] for i, c in enumerate(channel))
    received = received + 0.05 * torch.complex(*torch.randn(2, len(received), generator=generator))
    return received.unfold(0, 8, 1), sent[3 : count + 3]


torch.manual_seed(0)
generator = torch.Generator().manual_seed(1)
train, test = TensorDataset(*signals(2000, generator)), signals(500, generator)
model = Equalizer()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    for received, sent in DataLoader(train, batch_size=50, shuffle=True):
        loss = (model(received) - sent).abs().square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print("mse", (model(test[0]) - test[1]).abs().square().mean().item())
