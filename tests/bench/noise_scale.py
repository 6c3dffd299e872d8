"""How good is the gradient noise scale? python tests/bench/noise_scale.py [replicates]

Truth is from the gradient of every example (torch.func) at frozen weights: tr(Σ) and |G|², both unbiased for draws without replacement.
The measurement is the probe's own on a real training, each time on other micro-batches; "streaming" is that of 32 steps that accumulate
four minibatches of 8. Error is the median of |estimate/truth - 1|, coverage the share of 90 % intervals that hold the truth, one-sided the
share that say "at least".
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.utils.data import TensorDataset

from probes.gradients.gradient_parts import Accumulation
from probes.gradients.streaming_noise import StreamingNoise
from probes.measurements import gradient_noise_scale
from probes.trainings.own_loop import OwnLoop

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


def probed(size: int):
    def measured(training) -> tuple[float, float, float]:
        [row] = gradient_noise_scale.measure(training, microbatch=size)
        return row["noise_scale"], row["low"], row["high"]

    return measured


def streamed(training) -> tuple[float, float, float]:
    training.lr, training.batch_size, training.accumulation_steps = 0.0, 8, 4
    training.parts = Accumulation(StreamingNoise(), 8)
    for _ in range(32):
        training.step()
    parts, training.parts = training.parts, None
    return parts.noise.estimate()


WAYS = {"32 of 8": probed(8), "32 of 32": probed(32), "streaming": streamed}


def main(replicates: int = 100) -> None:
    torch.set_num_threads(1)
    print(f"{'task':<24}{'truth':>8}" + "".join(f"{f'{way}: error':>19}{'coverage':>10}{'one-sided':>11}" for way in WAYS))
    errors: dict[str, list[np.ndarray]] = {way: [] for way in WAYS}
    figures: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    for name, training in trainings():
        true = truth(training)
        print(f"{name:<24}{true:>8.1f}", end="")
        for way, measured in WAYS.items():
            rows = []
            for seed in range(replicates):
                with training.restored():
                    training.reseed(seed)
                    rows.append(measured(training))
            value, low, high = np.array(rows).T
            errors[way].append(np.abs(value / true - 1))
            figures[way].append(
                (float(np.median(errors[way][-1])), float(np.mean((low <= true) & (true <= high))), float(np.mean(np.isinf(high))))
            )
            print("{:>19.1%}{:>10.0%}{:>11.0%}".format(*figures[way][-1]), end="", flush=True)
        print()
    print(f"{'mean of the six':<32}" + "".join("{:>19.1%}{:>10.0%}{:>11.0%}".format(*np.mean(rows, axis=0)) for rows in figures.values()))
    print(f"{'median of all errors':<32}" + "".join(f"{np.median(rows):>19.1%}{'':>21}" for rows in errors.values()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
