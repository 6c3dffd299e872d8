"""How good is the gradient noise scale? python tests/bench/noise_scale.py [replicates]

Truth is from the gradient of every example (torch.func) at frozen weights: tr(Σ) and |G|², both unbiased for draws without replacement.
The measurement is the probe's own on a real training, each time on other micro-batches. Error is |estimate/truth - 1|, coverage the
share of 90 % intervals that hold the truth; "streaming" is one pass over as many minibatches that accumulate in fours.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.utils.data import TensorDataset

from probes import gradient_noise_scale
from probes.own_loop import OwnLoop

MID = 100  # steps


class CharacterModel(nn.Module):
    """The next character from the sixteen before it."""

    def __init__(self, characters=96, width=16):
        super().__init__()
        self.embedding, self.mix = nn.Embedding(characters, width), nn.Conv1d(width, 32, 5, padding=2)
        self.out = nn.Linear(32, characters)

    def forward(self, text):
        return self.out(torch.tanh(self.mix(self.embedding(text).transpose(1, 2))).mean(2))


def digits():
    from sklearn.datasets import load_digits

    inputs, targets = load_digits(return_X_y=True)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    return model, torch.tensor(inputs / 16, dtype=torch.float32), torch.tensor(targets), nn.functional.cross_entropy, 0.1


def text(examples=3000, window=16):
    whole = Path(torch.__file__).with_name("functional.py").read_text()
    codes = torch.tensor([min(max(ord(c) - 32, 0), 95) for c in whole])
    places = torch.randperm(len(codes) - window - 1)[:examples]
    inputs, targets = torch.stack([codes[i : i + window] for i in places]), codes[places + window]
    return CharacterModel(), inputs, targets, nn.functional.cross_entropy, 0.5


def regression(examples=2000):
    from sklearn.datasets import make_friedman1

    inputs, targets = make_friedman1(examples, noise=1.0, random_state=0)
    targets = (targets - targets.mean()) / targets.std()
    model = nn.Sequential(nn.Linear(10, 48), nn.Tanh(), nn.Linear(48, 1))
    return (
        model,
        torch.tensor(inputs, dtype=torch.float32),
        torch.tensor(targets[:, None], dtype=torch.float32),
        nn.functional.mse_loss,
        0.1,
    )


def truth(training) -> float:
    """tr(Σ)/|G|² from the gradient of every example."""
    weights = dict(training.model.named_parameters())
    inputs, targets = (torch.stack(part) for part in zip(*training.dataset, strict=True))

    def loss(weights, one, target):
        return training.loss(functional_call(training.model, weights, (one[None],)), target[None])

    gradients = vmap(grad(loss), in_dims=(None, 0, 0))({n: w.detach() for n, w in weights.items()}, inputs, targets)
    flat = torch.cat([part.flatten(1).double() for part in gradients.values()], 1)
    trace = float(flat.var(0).sum())
    return trace / (float((flat.mean(0) ** 2).sum()) - trace / len(flat))


def trainings():
    """(name, training) at the start and after MID steps."""
    for make in (digits, text, regression):
        torch.manual_seed(0)
        model, inputs, targets, loss, lr = make()
        data = TensorDataset(inputs, targets)
        training = OwnLoop(model, data, data, loss, torch.optim.SGD(model.parameters(), lr), batch_size=32, device="cpu")
        yield f"{make.__name__}, start", training
        for _ in range(MID):
            training.step()
        yield f"{make.__name__}, {MID} steps", training


def measured(training, size: int, seed: int) -> tuple[float, float, float]:
    with training.restored():
        training.reseed(seed)
        [row] = gradient_noise_scale.measure(training, microbatch=size)
    return row["noise_scale"], row["low"], row["high"]


def main(replicates: int = 100) -> None:
    torch.set_num_threads(1)
    print(f"{'task':<24}{'truth':>8}  " + "".join(f"{f'32 of {size}: error':>18}{'coverage':>10}{'one-sided':>11}" for size in (8, 32)))
    figures: dict[int, list[tuple[float, float, float]]] = {8: [], 32: []}
    for name, training in trainings():
        true = truth(training)
        print(f"{name:<24}{true:>8.1f}  ", end="")
        for size, rows in figures.items():
            value, low, high = np.array([measured(training, size, seed) for seed in range(replicates)]).T
            rows.append(
                (float(np.median(np.abs(value / true - 1))), float(np.mean((low <= true) & (true <= high))), float(np.mean(np.isinf(high))))
            )
            print(f"{rows[-1][0]:>18.1%}{rows[-1][1]:>10.0%}{rows[-1][2]:>11.0%}", end="", flush=True)
        print()
    means = [np.mean(rows, axis=0) for rows in figures.values()]
    print(f"{'mean':<34}" + "".join(f"{error:>18.1%}{covered:>10.0%}{one_sided:>11.0%}" for error, covered, one_sided in means))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
