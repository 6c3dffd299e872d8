"""Two moons by diffusion: the loss is the mean error of guessed noise, at a random time of each point."""

import dataclasses

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


@dataclasses.dataclass
class TrainingConfig:
    train_batch_size: int = 32
    num_epochs: int = 8
    learning_rate: float = 1e-3
    num_timesteps: int = 50
    seed: int = 0


class NoiseScheduler:
    def __init__(self, steps):
        self.kept = torch.cumprod(1 - torch.linspace(1e-4, 0.1, steps), 0)

    def add_noise(self, x, noise, t):
        kept = self.kept[t][:, None]
        return kept.sqrt() * x + (1 - kept).sqrt() * noise


class MLP(nn.Module):
    def __init__(self, steps, width=64):
        super().__init__()
        self.time, self.inp = nn.Embedding(steps, width), nn.Linear(2, width)
        self.body = nn.Sequential(nn.GELU(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2))

    def forward(self, x, t):
        return self.body(self.inp(x) + self.time(t))


def noise_loss(model, scheduler, x):
    noise, t = torch.randn_like(x), torch.randint(len(scheduler.kept), (len(x),))
    return nn.functional.mse_loss(model(scheduler.add_noise(x, noise, t), t), noise)


def main():
    config = TrainingConfig()
    torch.manual_seed(config.seed)
    x = torch.tensor(make_moons(2400, noise=0.05, random_state=0)[0], dtype=torch.float32)
    loader = DataLoader(TensorDataset(x[:1600]), config.train_batch_size, shuffle=True, drop_last=True)
    model, scheduler = MLP(config.num_timesteps), NoiseScheduler(config.num_timesteps)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate)
    for epoch in range(config.num_epochs):
        for (batch,) in loader:
            loss = noise_loss(model, scheduler, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        print("epoch", epoch, "loss", loss.item())
    torch.manual_seed(99)
    with torch.no_grad():
        print("held out", sum(noise_loss(model, scheduler, x[1600:]).item() for _ in range(10)) / 10)


if __name__ == "__main__":
    main()
