"""Text that streams out of an IterableDataset which shuffles in a buffer, for a next-character model."""

import random
import textwrap

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

CONTEXT = 16


class Stream(IterableDataset):
    def __init__(self, text, seed, buffer=512):
        self.codes, self.seed, self.buffer = [min(ord(c), 127) for c in text], seed, buffer

    def __iter__(self):
        rng, held = random.Random(self.seed), []
        for start in range(len(self.codes) - CONTEXT - 1):
            held.append(start)
            if len(held) >= self.buffer:
                at = held.pop(rng.randrange(len(held)))
                yield torch.tensor(self.codes[at : at + CONTEXT]), self.codes[at + CONTEXT]


def main():
    torch.manual_seed(0)
    with open(textwrap.__file__, encoding="utf-8") as f:
        text = f.read()
    train, valid = text[:-3000], text[-3000:]
    loader = DataLoader(Stream(train, 1), batch_size=64, drop_last=True)
    model = nn.Sequential(nn.Embedding(128, 16), nn.Flatten(), nn.Linear(16 * CONTEXT, 128), nn.ReLU(), nn.Linear(128, 128))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    for step, (x, y) in enumerate(loader):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(f"step={step} loss={loss.item():.3f}")
    with torch.no_grad():
        losses = [nn.functional.cross_entropy(model(x), y).item() for x, y in DataLoader(Stream(valid, 2, 1), batch_size=256)]
    print(f"valid={sum(losses) / len(losses):.5f}")


if __name__ == "__main__":
    main()
