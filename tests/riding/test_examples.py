"""The batch size of a loop without a DataLoader is told by its losses, where they tell."""

import pytest
import torch
from torch import nn
from torch.nn import functional

import advisor
from probes import Monitor

TIME, WORDS = 5, 7


def rows(size):
    """Features and numbers."""
    x = torch.randn(size, 4)
    return x, x[:, :1]


class Words(nn.Module):
    """Logits of the next word; the batch in the second dimension where `first` is false."""

    def __init__(self, first=True):
        super().__init__()
        self.table, self.memory, self.out = nn.Embedding(WORDS, 8), nn.GRU(8, 8, batch_first=first), nn.Linear(8, WORDS)

    def forward(self, x):
        return self.out(self.memory(self.table(x))[0])


def words(size, first=True):
    x = torch.randint(0, WORDS, (size, TIME) if first else (TIME, size))
    return x, x.flip(0)


def flat(model, x, y):
    return functional.cross_entropy(model(x).view(-1, WORDS), y.view(-1))


def last(model, x, y):
    """Of the last word alone."""
    return nn.CrossEntropyLoss()(model(x)[-1], y[-1])


def two(model, x, y):
    return functional.mse_loss(model(x), y) + functional.l1_loss(model(x)[:2], y[:2])


def noted(tmp_path, model, loss, sizes, made):
    """The batch size that is in the log of steps of these sizes."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with Monitor(tmp_path / "run", model, optimizer):
        for size in sizes:
            optimizer.zero_grad()
            loss(model, *made(size)).backward()
            optimizer.step()
    return advisor.read(tmp_path / "run")[0].hparams.get("batch_size")


SAME = (6, 6, 6)


@pytest.mark.parametrize(
    "model, loss, sizes, made, size",
    [
        (nn.Linear(4, 1), lambda model, x, y: functional.mse_loss(model(x), y), SAME, rows, 6),
        (nn.Linear(4, 1), lambda model, x, y: functional.mse_loss(model(x).squeeze(1), y[:, 0]), SAME, rows, 6),
        (nn.Linear(4, 1), lambda model, x, y: functional.mse_loss(model(x), y), (6, 8, 8), rows, None),
        (nn.Linear(4, 1), two, SAME, rows, None),
        (nn.Linear(4, 1), lambda model, x, y: ((model(x) - y) ** 2).mean(), SAME, rows, None),
        (Words(), flat, SAME, words, 6),
        (Words(), lambda model, x, y: functional.cross_entropy(model(x).transpose(1, 2), y), SAME, words, 6),
        (Words(first=False), flat, SAME, lambda size: words(size, first=False), None),
        (Words(first=False), last, SAME, lambda size: words(size, first=False), 6),
    ],
    ids=["rows", "squeezed", "it changes", "two losses", "a loss by hand", "flat", "classes second", "time first", "time first, the last"],
)
def test_losses_tell_the_batch_size(tmp_path, model, loss, sizes, made, size):
    assert noted(tmp_path, model, loss, sizes, made) == size
