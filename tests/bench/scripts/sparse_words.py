"""Word vectors from skip-grams with negative samples, sparse embeddings and SparseAdam."""

import argparse
import re
from collections import Counter

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader


class SkipGram(nn.Module):
    def __init__(self, size, dimension=24):
        super().__init__()
        self.u, self.v = nn.Embedding(size, dimension, sparse=True), nn.Embedding(size, dimension, sparse=True)
        nn.init.uniform_(self.u.weight, -0.5 / dimension, 0.5 / dimension)
        nn.init.zeros_(self.v.weight)

    def forward(self, center, context, negative):
        near = (self.u(center) * self.v(context)).sum(1)
        far = (self.v(negative) @ self.u(center)[:, :, None])[:, :, 0]
        return -(F.logsigmoid(near) + F.logsigmoid(-far).sum(1)).mean()


with open(argparse.__file__, encoding="utf-8") as f:
    words = re.findall(r"[a-z_]+", f.read().lower())
vocabulary = {w: i for i, (w, n) in enumerate(Counter(words).items()) if n > 0}
vocabulary = {w: i for i, w in enumerate(vocabulary)}
ids = [vocabulary[w] for w in words]
pairs = [(ids[i], ids[i + d]) for i in range(3, len(ids) - 3) for d in (-2, -1, 1, 2)]
torch.manual_seed(0)
train, test = pairs[:-4000:2], torch.tensor(pairs[-4000:])


def collate(batch):
    center, context = torch.tensor(batch).T
    return center, context, torch.randint(len(vocabulary), (len(batch), 5))


model = SkipGram(len(vocabulary))
optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=0.001)
for iteration in range(2):
    running_loss = 0.0
    for center, context, negative in DataLoader(train, batch_size=64, shuffle=True, collate_fn=collate):
        optimizer.zero_grad()
        loss = model(center, context, negative)
        loss.backward()
        optimizer.step()
        running_loss = running_loss * 0.9 + loss.item() * 0.1
    print("Iteration", iteration, "loss", running_loss)
with torch.no_grad():
    negative = torch.randint(len(vocabulary), (len(test), 5), generator=torch.Generator().manual_seed(3))
    print("test loss", model(test[:, 0], test[:, 1], negative).item())
