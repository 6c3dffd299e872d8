"""Tasks that learn a vector for each thing: words by their neighbours, facts of a graph, texts as bags, digits by triplets."""

import torch
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.pictures import classifier, digits
from tests.bench.sweeps.training import Task


def skip_gram() -> Task:
    """Which word stands beside a word, against four drawn at random; words of one of twenty subjects stand together."""
    word = torch.randint(400, (6000,))
    beside = (word % 20) + 20 * torch.randint(20, (6000,))
    inner, outer = nn.Embedding(400, 24), nn.Embedding(400, 24)
    nn.init.uniform_(inner.weight, -0.5 / 24, 0.5 / 24)
    nn.init.zeros_(outer.weight)

    def loss(batch):
        v, wrong = inner(word[batch]), torch.randint(400, (len(batch), 4))
        right, others = (v * outer(beside[batch])).sum(1), (v[:, None] * outer(wrong)).sum(2)
        return -(functional.logsigmoid(right) + functional.logsigmoid(-others).sum(1)).mean()

    return Task(nn.ModuleList([inner, outer]), loss, 4800, lambda: {"val_loss": float(loss(torch.arange(4800, 6000)))})


def facts() -> Task:
    """Translations in a space of things (TransE): the margin between a true fact and one with another end."""
    head, relation = torch.randint(120, (3000,)), torch.randint(6, (3000,))
    tail = (head + 7 * relation + 11) % 120
    things, relations = nn.Embedding(120, 16), nn.Embedding(6, 16)

    def away(h, r, t):
        return (functional.normalize(things(h), dim=1) + relations(r) - functional.normalize(things(t), dim=1)).norm(dim=1)

    def loss(batch):
        h, r = head[batch], relation[batch]
        return functional.relu(0.5 + away(h, r, tail[batch]) - away(h, r, torch.randint(120, (len(batch),)))).mean()

    return Task(nn.ModuleList([things, relations]), loss, 2400, lambda: {"val_loss": float(loss(torch.arange(2400, 3000)))})


def bags() -> Task:
    """Texts of thirty words of 2,000, in six classes that prefer some words; a tenth of the labels is wrong."""
    y = torch.randint(6, (1600,))
    own = torch.randint(2000, (6, 120))
    x = torch.where(
        torch.rand(1600, 30) < 0.3, own[y][torch.arange(1600)[:, None], torch.randint(120, (1600, 30))], torch.randint(2000, (1600, 30))
    )
    y = torch.where(torch.rand(1600) < 0.1, torch.randint(6, (1600,)), y)
    return classifier(nn.Sequential(nn.EmbeddingBag(2000, 32), nn.Linear(32, 6)), x, y, trained=1280)


def triplets() -> Task:
    """Digits of one kind nearer together than those of another, by a margin."""
    x, y = digits()
    model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Linear(96, 16))
    of = [torch.where(y == digit)[0] for digit in range(10)]

    def loss(batch):
        same = torch.stack([of[digit][torch.randint(len(of[digit]), ())] for digit in y[batch].tolist()])
        z, near, far = model(x[batch]), model(x[same]), model(x[torch.randint(1400, (len(batch),))])
        return functional.triplet_margin_loss(z, near, far, margin=0.5)

    return Task(model, loss, 1400, lambda: {"val_loss": float(loss(torch.arange(1400, 1797)))})


class Tagger(nn.Module):
    """Reads words from both sides."""

    def __init__(self):
        super().__init__()
        self.embed, self.cell = nn.Embedding(50, 16), nn.LSTM(16, 24, batch_first=True, bidirectional=True)
        self.head = nn.Linear(48, 5)

    def forward(self, x):
        return self.head(self.cell(self.embed(x))[0])


def tagging() -> Task:
    """A tag for each of twelve words, which depends on the word and on the one before."""
    x, model = torch.randint(50, (700, 12)), Tagger()
    y = (x + x.roll(1, 1) // 10) % 5

    def loss(batch):
        return functional.cross_entropy(model(x[batch]).transpose(1, 2), y[batch])

    return Task(model, loss, 560, lambda: {"val_loss": float(loss(torch.arange(560, 700)))})
