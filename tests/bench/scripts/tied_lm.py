"""A causal transformer with tied weights on a DataLoader of blocks of text, warm-up by LambdaLR, validation each epoch."""

import argparse
import textwrap

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset


class Blocks(Dataset):
    def __init__(self, ids, size):
        self.ids, self.size = ids, size

    def __len__(self):
        return (len(self.ids) - 1) // self.size

    def __getitem__(self, i):
        part = self.ids[i * self.size : (i + 1) * self.size + 1]
        return {"input_ids": part[:-1], "labels": part[1:]}


class TiedLM(nn.Module):
    def __init__(self, vocab, d, heads, block):
        super().__init__()
        self.tok, self.pos = nn.Embedding(vocab, d), nn.Embedding(block, d)
        self.layer = nn.TransformerEncoderLayer(d, heads, 2 * d, 0.1, batch_first=True, norm_first=True)
        self.norm, self.out = nn.LayerNorm(d), nn.Linear(d, vocab, bias=False)
        nn.init.normal_(self.tok.weight, std=0.02)
        self.out.weight = self.tok.weight

    def forward(self, input_ids, labels):
        n = input_ids.shape[1]
        mask = torch.full((n, n), float("-inf")).triu(1)
        h = self.norm(self.layer(self.tok(input_ids) + self.pos(torch.arange(n)), mask))
        return F.cross_entropy(self.out(h).flatten(0, 1), labels.flatten())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning_rate", type=float, default=3e-3)
    parser.add_argument("--num_train_epochs", type=int, default=4)
    parser.add_argument("--per_device_train_batch_size", type=int, default=8)
    parser.add_argument("--num_warmup_steps", type=int, default=20)
    args = parser.parse_args()
    torch.manual_seed(0)
    with open(textwrap.__file__, encoding="utf-8") as f:
        ids = torch.tensor([min(ord(c), 127) for c in f.read()])
    train, val = Blocks(ids[:-2500], 32), Blocks(ids[-2500:], 32)
    loader = DataLoader(train, args.per_device_train_batch_size, shuffle=True)
    model = TiedLM(128, 48, 4, 32)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate)
    total = args.num_train_epochs * len(loader)
    warm = args.num_warmup_steps
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / warm, (total - s) / max(1, total - warm)))
    for epoch in range(args.num_train_epochs):
        model.train()
        for batch in loader:
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        model.eval()
        with torch.no_grad():
            losses = [model(**batch).item() for batch in DataLoader(val, 32)]
        print(f"epoch {epoch} validation loss {sum(losses) / len(losses):.5f}")


if __name__ == "__main__":
    main()
