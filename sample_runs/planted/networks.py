"""The networks of the tasks: small, and each with a width, a depth, an activation and a dropout to get wrong."""

import math

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}


def mlp(inputs, outputs, setting, width=32):
    hidden = max(1, round(width * setting.width))
    layers, last = [], inputs
    for _ in range(setting.depth):
        layers += [nn.Linear(last, hidden), ACTIVATIONS[setting.activation](), nn.Dropout(setting.dropout)]
        last = hidden
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(last, outputs))


def convolutional(outputs, setting, width=8):
    """For 8 by 8 images."""
    channels = max(1, round(width * setting.width))
    layers, last = [nn.Unflatten(1, (1, 8))], 1
    for i in range(setting.depth):
        layers += [nn.Conv2d(last, channels, 3, padding=1), ACTIVATIONS[setting.activation](), nn.Dropout(setting.dropout)]
        layers += [nn.MaxPool2d(2)] if i < 2 else []
        last = channels
    return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(outputs))


class Recurrent(nn.Module):
    """A recurrent network that answers at the last step, or at every one."""

    def __init__(self, kind, inputs, outputs, setting, width=32, tokens=0, everywhere=False):
        super().__init__()
        hidden = max(1, round(width * setting.width))
        self.embed = nn.Embedding(tokens, inputs) if tokens else nn.Identity()
        self.rnn = getattr(nn, kind)(inputs, hidden, batch_first=True)
        self.dropout, self.out, self.everywhere = nn.Dropout(setting.dropout), nn.Linear(hidden, outputs), everywhere

    def forward(self, x):
        states, _ = self.rnn(self.embed(x))
        return self.out(self.dropout(states if self.everywhere else states[:, -1]))


class Transformer(nn.Module):
    """Blocks of attention over token embeddings, causal; normalized first, or (as it was in 2017) last."""

    def __init__(self, tokens, length, setting, width=32, first=True):
        super().__init__()
        size = 4 * max(1, round(width * setting.width / 4))
        self.embed, self.place = nn.Embedding(tokens, size), nn.Parameter(torch.randn(length, size) / math.sqrt(size))
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(size, 4, 4 * size, setting.dropout, "gelu", batch_first=True, norm_first=first)
            for _ in range(setting.depth)
        )
        self.out = nn.Linear(size, tokens)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(length), persistent=False)

    def forward(self, x):
        x = self.embed(x) + self.place
        for block in self.blocks:
            x = block(x, src_mask=self.mask)
        return self.out(x)


class Variational(nn.Module):
    """A variational autoencoder of flat inputs: reconstruction, mean and log variance."""

    def __init__(self, inputs, setting, width=64, code=8):
        super().__init__()
        self.encode, self.decode = mlp(inputs, 2 * code, setting, width), mlp(code, inputs, setting, width)

    def forward(self, x):
        mean, logvar = self.encode(x).chunk(2, dim=-1)
        return self.decode(mean + torch.randn_like(mean) * (logvar / 2).exp()), mean, logvar


class Factors(nn.Module):
    """Ratings as the inner product of a user's and an item's vector."""

    def __init__(self, users, items, setting, width=8):
        super().__init__()
        size = max(1, round(width * setting.width))
        self.user, self.item, self.dropout = nn.Embedding(users, size), nn.Embedding(items, size), nn.Dropout(setting.dropout)
        nn.init.normal_(self.user.weight, std=0.3)
        nn.init.normal_(self.item.weight, std=0.3)

    def forward(self, x):
        return (self.dropout(self.user(x[:, 0])) * self.item(x[:, 1])).sum(-1, keepdim=True)


class Bag(nn.Module):
    """Characters of a context, embedded and put side by side, before a small network."""

    def __init__(self, tokens, length, setting, width=64, size=8):
        super().__init__()
        self.embed, self.net = nn.Embedding(tokens, size), mlp(length * size, tokens, setting, width)

    def forward(self, x):
        return self.net(self.embed(x))


class Pairs(nn.Module):
    """One network for both halves of a pair: the difference of their scores, or their two vectors."""

    def __init__(self, net, difference):
        super().__init__()
        self.net, self.difference = net, difference

    def forward(self, x):
        a, b = self.net(x[:, 0]), self.net(x[:, 1])
        return (a - b) if self.difference else (a, b)
