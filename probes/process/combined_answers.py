"""What the ranks of a training answer, as one answer."""

import math
from dataclasses import astuple
from typing import Any

import numpy as np

from probes.training import Memory, Moments


def combined(name: str, values: list[Any], device: str) -> Any:
    """The answer to a request of this name from those of all ranks, the first rank's first."""
    if name in COMBINATIONS:
        return COMBINATIONS[name](values)
    if name == "step_memory":
        return memory(values, shared=device == "cpu")
    return values[0]  # a setting, the same on all


def mean(values: list[float]) -> float:
    """Over the ranks, each of which counts the same; NaN where one is."""
    return sum(values) / len(values)


def root_mean_square(values: list[float]) -> float:
    """Over the ranks: of norms that are the same on all that norm, of `RideSettings.grad_norm` of shards that of the whole."""
    return math.sqrt(mean([value**2 for value in values]))


def hparams(values: list[dict[str, Any]]) -> dict[str, Any]:
    """The first rank's, with the batch size of all ranks together, and how many there are as `ranks`."""
    return {**values[0], "batch_size": sum(value["batch_size"] for value in values), "ranks": len(values)}


def examined(values: list[dict[str, float]]) -> dict[str, float]:
    """What gradients reach is the same on all."""
    return {**values[0], "loss": mean([value["loss"] for value in values])}


def memory(values: list[Memory], shared: bool) -> Memory:
    """Together where they share the machine's main memory, else that of the device that needs the most."""
    figures = np.array([astuple(value) for value in values])
    return Memory(*(figures.sum(0) if shared else figures.max(0)).tolist())


def moments(values: list[Moments]) -> Moments:
    """Each rank has the whole of the products, or as many times its share of them as there are ranks, and squares likewise."""
    squares, products = (np.mean([getattr(value, name) for value in values], axis=0) for name in ("squares", "products"))
    return Moments(tuple(squares.tolist()), tuple(map(tuple, products.tolist())), values[0].parts)


COMBINATIONS: dict[str, Any] = {
    "batch_size": sum,
    "examples": sum,
    "step_time": max,
    "data_time": max,
    "processor_times": max,
    "free_memory": min,
    "grad_norm": root_mean_square,
    "step": mean,
    "evaluate": mean,
    "examined": examined,
    "gradient_moments": moments,
    "hparams": hparams,
}
