"""Sums of two numbers, digit by digit, with a Trainer class and a sampler with replacement, as in a small teaching repository."""

import random

import torch
import torch.nn as nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, RandomSampler


class CfgNode:
    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)


class AdditionDataset(Dataset):
    """Two digits and two digits: 35 + 27 is read as 3527 and written as 062, from behind."""

    def __init__(self, split):
        perm = torch.randperm(10_000, generator=torch.Generator().manual_seed(1337))
        self.ixes = perm[:500] if split == "test" else perm[500:]

    def __len__(self):
        return len(self.ixes)

    def __getitem__(self, idx):
        a, b = divmod(int(self.ixes[idx]), 100)
        dix = [int(s) for s in f"{a:02d}{b:02d}" + f"{a + b:03d}"[::-1]]
        x, y = torch.tensor(dix[:-1]), torch.tensor(dix[1:])
        y[:3] = -1
        return x, y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok, self.pos = nn.Embedding(10, 48), nn.Parameter(torch.zeros(1, 6, 48))
        self.rnn, self.head = nn.GRU(48, 96, batch_first=True), nn.Linear(96, 10)

    def forward(self, idx, targets=None):
        out, _ = self.rnn(self.tok(idx) + self.pos)
        logits = self.head(out)
        return logits, F.cross_entropy(logits.reshape(-1, 10), targets.reshape(-1), ignore_index=-1)


class Trainer:
    @staticmethod
    def get_default_config():
        return CfgNode(max_iters=400, batch_size=64, learning_rate=5e-4, betas=(0.9, 0.95), weight_decay=0.1, grad_norm_clip=1.0)

    def __init__(self, config, model, train_dataset):
        self.config, self.model, self.train_dataset = config, model, train_dataset
        self.optimizer = None

    def run(self):
        config, model = self.config, self.model
        self.optimizer = torch.optim.AdamW(model.parameters(), config.learning_rate, config.betas, weight_decay=config.weight_decay)
        sampler = RandomSampler(self.train_dataset, replacement=True, num_samples=int(1e10))
        train_loader = DataLoader(self.train_dataset, sampler=sampler, batch_size=config.batch_size)
        model.train()
        self.iter_num, data_iter = 0, iter(train_loader)
        while self.iter_num < config.max_iters:
            batch = next(data_iter)
            _, self.loss = model(*batch)
            model.zero_grad(set_to_none=True)
            self.loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_norm_clip)
            self.optimizer.step()
            if self.iter_num % 50 == 0:
                print(f"iter {self.iter_num}: train loss {self.loss.item():.5f}")
            self.iter_num += 1


if __name__ == "__main__":
    random.seed(3407)
    torch.manual_seed(3407)
    model = Net()
    trainer = Trainer(Trainer.get_default_config(), model, AdditionDataset("train"))
    trainer.run()
    model.eval()
    with torch.no_grad():
        x, y = zip(*AdditionDataset("test"), strict=True)
        print(f"test loss {model(torch.stack(x), torch.stack(y))[1].item():.5f}")
