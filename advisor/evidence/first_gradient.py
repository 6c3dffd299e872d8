"""The gradient before any step was taken: where it is steep already, the learning rate had no part in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from advisor.finding import Evidence
from advisor.scalar import Scalar
from advisor.signals.hparams import precision_bits

STEEP = 8.0  # norm over the loss: of 460 healthy runs none began above 4


def steep(
    train_loss: Scalar | None,
    grad_norm: Scalar | None,
    layer_grad_norms: Mapping[str, Scalar] | None,
    hparams: Mapping[str, Any] | None,
    weight: float,
) -> Iterator[Evidence]:
    """That weights moved by a small fraction of 1 change the loss by more than itself, at the first point.

    Told of weights that were not trained before, and of norms that no loss scale multiplied.
    """
    if (
        train_loss is None
        or not len(train_loss)
        or train_loss.begins_trained
        or ("precision" in (hparams or {}) and precision_bits(hparams) != 32)
    ):
        return
    loss, norm = abs(float(train_loss.values[0])), whole(grad_norm, layer_grad_norms)
    if norm is not None and 0 < loss < np.inf and STEEP <= norm[0] / loss < np.inf:
        at, fact = int(train_loss.steps[0]), "norm of the first gradient over the loss it is of"
        yield Evidence(norm[1], at, at, fact, norm[0] / loss, STEEP, weight)


def whole(grad_norm: Scalar | None, layer_grad_norms: Mapping[str, Scalar] | None) -> tuple[float, str] | None:
    """The first norm of all gradients, from its own curve or from those of the layers, and which."""
    if grad_norm is not None and len(grad_norm):
        return float(grad_norm.values[0]), "grad_norm"
    starts = [float(s.values[0]) for s in (layer_grad_norms or {}).values() if len(s)]
    return (float(np.hypot.reduce(starts)), "layer_grad_norms") if starts else None
