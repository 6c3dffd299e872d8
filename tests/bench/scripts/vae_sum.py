"""A variational autoencoder of digits whose loss is summed over the batch, with argparse and a test of another batch size."""

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

parser = argparse.ArgumentParser(description="VAE digits example")
parser.add_argument("--batch-size", type=int, default=128)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
torch.manual_seed(args.seed)

pixels = torch.tensor(load_digits().data, dtype=torch.float32) / 16
train_loader = DataLoader(pixels[:1500], batch_size=args.batch_size, shuffle=True)
test_loader = DataLoader(pixels[1500:], batch_size=32)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.mu, self.logvar = nn.Linear(64, 100), nn.Linear(100, 8), nn.Linear(100, 8)
        self.fc3, self.fc4 = nn.Linear(8, 100), nn.Linear(100, 64)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


model = VAE()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)


def train(epoch):
    model.train()
    train_loss = 0
    for data in train_loader:
        optimizer.zero_grad()
        loss = loss_function(*((out := model(data))[0], data, *out[1:]))
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    print(f"====> Epoch: {epoch} Average loss: {train_loss / 1500:.4f}")


def test():
    model.eval()
    with torch.no_grad():
        return sum(loss_function((out := model(data))[0], data, *out[1:]).item() for data in test_loader) / 297


if __name__ == "__main__":
    for epoch in range(1, args.epochs + 1):
        train(epoch)
    print(f"====> Test set loss: {test():.4f}")
