"""A net with one hidden layer in numpy, trained by SGD with momentum on handwritten digits."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Training:
    """The settings of one training; `wrong_labels` is the share of training labels drawn at random."""

    lr: float
    batch_size: int = 32
    epochs: int = 20
    hidden_size: int = 64
    train_size: int = 1200
    momentum: float = 0.9
    wrong_labels: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Point:
    """What is logged after a step; the validation's only where it was validated."""

    step: int
    train_loss: float
    val_loss: float | None = None
    val_accuracy: float | None = None


def digits(training: Training) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Inputs of shape (n, 64), standardized, and labels of shape (n,), for training and for validation."""
    from sklearn.datasets import load_digits

    draw = np.random.default_rng(0)  # the same split for every training
    x, y = load_digits(return_X_y=True)
    order = draw.permutation(len(x))
    x, y = (x[order] - x.mean()) / x.std(), y[order].copy()
    wrong = draw.random(len(y)) < training.wrong_labels
    wrong[-500:] = False
    y[wrong] = draw.integers(0, 10, wrong.sum())
    return x[: training.train_size], y[: training.train_size], x[-500:], y[-500:]


def train(training: Training) -> Iterator[Point]:
    """Train, and tell every few steps how it goes."""
    draw = np.random.default_rng(training.seed)
    x, y, val_x, val_y = digits(training)
    sizes = (x.shape[1], training.hidden_size, 10)
    weights = [draw.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    biases = [np.zeros(b) for b in sizes[1:]]
    speed = [np.zeros_like(p) for p in (*weights, *biases)]
    step = 0
    with np.errstate(all="ignore"):  # one of them is to explode
        for _ in range(training.epochs):
            order = draw.permutation(len(x))
            for some in np.array_split(order, max(1, len(x) // training.batch_size)):
                loss, gradients = loss_and_gradients(x[some], y[some], weights, biases)
                for p, v, g in zip((*weights, *biases), speed, gradients, strict=True):
                    v *= training.momentum
                    v += g
                    p -= training.lr * v
                step += 1
                if step % 5 == 0:
                    yield Point(step, loss)
            yield Point(step, loss, *validated(val_x, val_y, weights, biases))


def loss_and_gradients(x, y, weights, biases) -> tuple[float, list[np.ndarray]]:
    """The mean cross-entropy (natural) of a minibatch of shape (n, 64), and its gradients: of the weights, then of the biases."""
    hidden = np.maximum(x @ weights[0] + biases[0], 0)
    chances = softmax(hidden @ weights[1] + biases[1])
    loss = float(-np.log(chances[np.arange(len(y)), y]).mean())
    out = (chances - np.eye(10)[y]) / len(y)
    back = (out @ weights[1].T) * (hidden > 0)
    return loss, [x.T @ back, hidden.T @ out, back.sum(0), out.sum(0)]


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of shape (n, 10), none of them 0."""
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return np.maximum(powers / powers.sum(1, keepdims=True), 1e-12)


def validated(x, y, weights, biases) -> tuple[float, float]:
    """Mean cross-entropy (natural) and accuracy on a validation set of shape (n, 64)."""
    chances = softmax(np.maximum(x @ weights[0] + biases[0], 0) @ weights[1] + biases[1])
    return float(-np.log(chances[np.arange(len(y)), y]).mean()), float((chances.argmax(1) == y).mean())
