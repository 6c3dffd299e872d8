"""Sharpness-aware minimization: two passes a step, a wrapper around SGD, on digits."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SAM(torch.optim.Optimizer):
    def __init__(self, params, base_optimizer, rho=0.05, **kwargs):
        super().__init__(params, dict(rho=rho, **kwargs))
        self.base_optimizer = base_optimizer(self.param_groups, **kwargs)
        self.param_groups = self.base_optimizer.param_groups

    @torch.no_grad()
    def first_step(self):
        params = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
        norm = torch.stack([p.grad.norm() for p in params]).norm()
        for p in params:
            self.state[p]["old"] = p.detach().clone()
            p.add_(p.grad, alpha=float(self.param_groups[0]["rho"] / (norm + 1e-12)))
        self.zero_grad()

    @torch.no_grad()
    def second_step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.copy_(self.state[p]["old"])
        self.base_optimizer.step()
        self.zero_grad()


def main():
    torch.manual_seed(0)
    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32).view(-1, 1, 8, 8) / 16, torch.tensor(y)
    loader = DataLoader(TensorDataset(x[:1300], y[:1300]), batch_size=64, shuffle=True)
    model = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 36, 10))
    optimizer = SAM(model.parameters(), torch.optim.SGD, lr=0.01, momentum=0.9)
    smooth = nn.CrossEntropyLoss(label_smoothing=0.1)
    for epoch in range(6):
        model.train()
        for inputs, targets in loader:
            smooth(model(inputs), targets).backward()
            optimizer.first_step()
            loss = smooth(model(inputs), targets)
            loss.backward()
            optimizer.second_step()
        model.eval()
        with torch.no_grad():
            print(f"epoch {epoch}, test loss {nn.functional.cross_entropy(model(x[1300:]), y[1300:]).item():.5f}")


if __name__ == "__main__":
    main()
