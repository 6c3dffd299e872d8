"""Clicks of random users on random items: the data set gives whole minibatches, so the loader's own batch size is 1."""

import argparse

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class RandomClicks(Dataset):
    def __init__(self, num_batches, mini_batch_size, seed):
        rng = np.random.default_rng(seed)
        self.users, self.items, self.scale = rng.normal(size=(200, 4)), rng.normal(size=(100, 4)), 1.5
        self.num_batches, self.mini_batch_size, self.seed = num_batches, mini_batch_size, seed

    def __len__(self):
        return self.num_batches

    def __getitem__(self, index):
        rng = np.random.default_rng((self.seed, index))
        user, item = rng.integers(200, size=self.mini_batch_size), rng.integers(100, size=self.mini_batch_size)
        dense = rng.normal(size=(self.mini_batch_size, 3))
        world = np.random.default_rng(0)
        users, items = world.normal(size=(200, 4)), world.normal(size=(100, 4))
        score = 1.5 * (users[user] * items[item]).sum(1) + dense[:, 0]
        click = rng.random(self.mini_batch_size) < 1 / (1 + np.exp(-score))
        return tuple(torch.tensor(a) for a in (dense.astype("float32"), user, item, click.astype("float32")))


class Recommender(nn.Module):
    def __init__(self, d=8):
        super().__init__()
        self.user, self.item, self.bottom = nn.Embedding(200, d), nn.Embedding(100, d), nn.Linear(3, d)
        self.top = nn.Sequential(nn.Linear(d + 3, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, dense, user, item):
        parts = torch.stack((self.bottom(dense), self.user(user), self.item(item)), 1)
        pairs = (parts @ parts.mT)[:, [0, 0, 1], [1, 2, 2]]
        return self.top(torch.cat((parts[:, 0], pairs), 1)).squeeze(1)


def run():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mini-batch-size", type=int, default=64)
    parser.add_argument("--num-batches", type=int, default=300)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    args = parser.parse_args()
    torch.manual_seed(123)
    train_ld = DataLoader(RandomClicks(args.num_batches, args.mini_batch_size, 1), batch_size=1, shuffle=False, collate_fn=lambda b: b[0])
    test_ld = DataLoader(RandomClicks(10, 200, 2), batch_size=1, shuffle=False, collate_fn=lambda b: b[0])
    model = Recommender()
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.learning_rate)
    for j, (dense, user, item, click) in enumerate(train_ld):
        loss = loss_fn(model(dense, user, item), click)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if j % 100 == 99:
            print(f"Finished training it {j + 1}/{len(train_ld)}, loss {loss.item():.6f}")
    with torch.no_grad():
        losses = [loss_fn(model(d, u, i), c).item() for d, u, i, c in test_ld]
    print(f"Testing: loss {sum(losses) / len(losses):.6f}")


if __name__ == "__main__":
    run()
