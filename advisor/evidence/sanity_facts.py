"""What a probe's sanity check saw of a training, as the rules read it: facts by name, at the first look and at the last."""

from collections.abc import Mapping

import numpy as np

from advisor.finding import Evidence
from advisor.scalar import Scalar

Looks = Mapping[str, Scalar]
NOT_PROBED = "advisor probe looks for it before it trains"  # why a problem of these was not looked for


def at_start(looks: Looks, name: str, otherwise: float = np.nan) -> float:
    """The fact at the first look, before any step."""
    return float(looks[name].values[0]) if name in looks else otherwise


def at_end(looks: Looks, name: str, otherwise: float = np.nan) -> float:
    """The fact at the last look, after a few steps where they were taken."""
    return float(looks[name].values[-1]) if name in looks else otherwise


def by_layer(looks: Looks, group: str) -> dict[str, float]:
    """The facts of a group, such as the dead units of each layer, at the last look."""
    return {name.removeprefix(f"{group}/"): float(s.values[-1]) for name, s in looks.items() if name.startswith(f"{group}/")}


def sanity_evidence(looks: Looks, name: str, fact: str, value: float, limit: float | None = None, weight: float | None = None) -> Evidence:
    """Evidence from the looks at which this fact was told."""
    steps = looks[name].steps
    return Evidence("sanity_check", int(steps[0]), int(steps[-1]), fact, value, limit, weight)
