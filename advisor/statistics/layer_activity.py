"""Layers that do not learn: which, by what, and since when; and how gradients and activations change from the first layer to the last."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from advisor.scalar import Scalar

LOOKS = 3  # points of a layer: fewer show nothing that lasts
ALL = 0.98  # of a layer's units: as good as all
LATE = 0.5  # of the run: what has lasted since is no accident
Layers = Mapping[str, Scalar] | None


@dataclass(frozen=True)
class LayersWhere:
    """Layers for which something was exactly so in the whole second half of what was logged of them.

    `first` and `last` are steps, `at_once` says that it was so from the first point on, `whole` that it is so of every layer.
    """

    layers: tuple[str, ...]
    of: int
    first: int
    last: int
    at_once: bool
    tag: str

    @property
    def share(self) -> float:
        """Of the layers that were logged long enough, above 0 and at most 1."""
        return len(self.layers) / self.of

    @property
    def whole(self) -> bool:
        """Whether it is so of every one of them."""
        return len(self.layers) == self.of


def long_enough(layers: Layers) -> dict[str, Scalar]:
    """The finite points of each layer that has LOOKS of them at least, by its name."""
    return {name: s for name, curve in (layers or {}).items() if len(s := curve.finite()) >= LOOKS}


def layers_where(layers: Layers, so) -> LayersWhere | None:
    """The layers of which `so(values)` holds at each point of the second half, None where it holds of none."""
    curves = long_enough(layers)
    found = {name: s for name, s in curves.items() if so(s.values)[int(LATE * len(s)) :].all()}
    if not found or len(curves) < 2:
        return None
    begun = [int(s.steps[len(s) - _trailing(so(s.values))]) for s in found.values()]
    longest = next(iter(found.values()))
    at_once = all(so(s.values).all() for s in found.values())
    return LayersWhere(tuple(found), len(curves), min(begun), int(longest.steps[-1]), at_once, longest.tag)


def _trailing(mask: np.ndarray) -> int:
    return len(mask) if mask.all() else int(np.argmin(mask[::-1]))


def without_gradient(layers: Layers) -> LayersWhere | None:
    """Layers whose gradient is exactly 0."""
    return layers_where(layers, lambda values: values == 0)


def unmoved(layers: Layers) -> LayersWhere | None:
    """Layers whose weights have one size to the last digit."""
    return layers_where(layers, lambda values: values == values[-1])


def silent(layers: Layers) -> LayersWhere | None:
    """Layers whose units answer 0 to everything."""
    return layers_where(layers, lambda values: values >= ALL)


def ratio(layers: Layers, early: bool = True) -> tuple[float, Scalar] | None:
    """The first layer over the largest, typically (of the first tenth, or of the second half), and the first's curve; None of few."""
    curves = list(long_enough(layers).values())
    if len(curves) < 3:
        return None
    typical = [float(np.median(s.values[: 1 + len(s) // 10] if early else s.values[len(s) // 2 :])) for s in curves]
    return (typical[0] / max(typical), curves[0]) if max(typical) > 0 else None


def growth(layers: Layers) -> float | None:
    """What is passed on by the last layer over the first, at the first look; None of under two layers or where one is silent."""
    starts = [float(s.values[0]) for s in long_enough(layers).values()]
    return starts[-1] / starts[0] if len(starts) >= 2 and min(starts) > 0 else None
