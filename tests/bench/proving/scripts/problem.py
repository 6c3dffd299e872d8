"""The data and the model that every script beside this one trains; what is wrong with them stands in `options`."""

import sys

import torch
from sklearn import datasets
from torch import nn
from torch.utils.data import TensorDataset

TEXT = "the quick brown fox jumps over the lazy dog while a slow red hen sleeps under the old oak tree by the river. "


def data(options):
    """A training set, and one to validate on."""
    if options["data"] == "text":
        letters = sorted(set(TEXT))
        codes = torch.tensor([letters.index(letter) for letter in TEXT * 12])
        x, y = torch.eye(len(letters))[codes.unfold(0, 8, 1)[:-1]].flatten(1), codes[8:]
    else:
        found = getattr(datasets, f"load_{options['data']}")()
        x, y = torch.tensor(found.data, dtype=torch.float32), torch.tensor(found.target)
    x = (x - x.mean(0)) / (x.std(0) + 1e-3) * options["scale"]
    if options["data"] == "diabetes":
        y = ((y - y.mean()) / y.std()).float()[:, None]
    order = torch.randperm(len(x))
    cut = len(x) * 3 // 4
    return tuple(TensorDataset(x[part], y[part]) for part in (order[:cut], order[cut:]))


class Net(nn.Module):
    """Two hidden layers."""

    def __init__(self, options, inputs, outputs):
        super().__init__()
        activation = getattr(nn, options["activation"])
        self.layers = nn.Sequential(
            nn.Linear(inputs, 64), activation(), nn.Dropout(options["dropout"]), nn.Linear(64, 64), activation(), nn.Linear(64, outputs)
        )
        if options["spread"]:
            for layer in self.layers[::3][:2]:
                nn.init.normal_(layer.weight, std=options["spread"])

    def forward(self, x):
        return self.layers(x)


def made(options):
    """The data sets, the model, the optimizer and the loss."""
    train, held = data(options)
    y = train.tensors[1]
    if "--draw" in sys.argv:  # other first weights, and nothing else
        torch.rand(1)
    model = Net(options, train.tensors[0].shape[1], 1 if y.is_floating_point() else int(y.max()) + 1)
    more = {"momentum": options["momentum"]} if options["optimizer"] == "SGD" else {}
    optimizer = getattr(torch.optim, options["optimizer"])(
        model.parameters(), lr=options["lr"], weight_decay=options["weight_decay"], **more
    )
    return train, held, model, optimizer, nn.MSELoss() if y.is_floating_point() else nn.CrossEntropyLoss()
