"""The wines' features reconstructed by an autoencoder with an optimizer written in the script, Lion."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in filter(lambda p: p.grad is not None, group["params"]):
                exp_avg = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(torch.lerp(p.grad, exp_avg, group["betas"][0]).sign(), alpha=-group["lr"])
                exp_avg.lerp_(p.grad, 1 - group["betas"][1])


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
        self.decoder = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 13))

    def forward(self, x):
        return self.decoder(self.encoder(x))


def main():
    torch.manual_seed(0)
    x = load_wine().data
    x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
    x = x[torch.randperm(len(x), generator=torch.Generator().manual_seed(2))]
    loader = DataLoader(x[:130], batch_size=10, shuffle=True)
    model = AutoEncoder()
    optimizer = Lion(model.parameters(), lr=3e-4, weight_decay=0.01)
    for epoch in range(20):
        for batch in loader:
            loss = nn.functional.mse_loss(model(batch), batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if epoch % 5 == 0:
            print(epoch, loss.item())
    with torch.no_grad():
        print("test mse", nn.functional.mse_loss(model(x[130:]), x[130:]).item())


if __name__ == "__main__":
    main()
