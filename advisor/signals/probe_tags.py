"""What a probe logged beside a training: its measurements, which are no curves of the training, and its sanity check."""

from collections.abc import Mapping
from functools import cache

from advisor.scalar import Scalar

FOLDER = "sanity/"


@cache
def _probes() -> frozenset[str]:
    """The names of the measurements; their folder is looked at and none is imported."""
    import importlib.util
    import pkgutil
    from pathlib import Path

    spec = importlib.util.find_spec("probes")
    places = [Path(place, "measurements") for place in spec.submodule_search_locations or ()] if spec else []
    return frozenset(module.name for module in pkgutil.iter_modules(map(str, places)))


def of_a_probe(tag: str) -> bool:
    """Whether a probe logged this: a measurement, not the training's own curve."""
    first, slash, _ = tag.partition("/")
    return bool(slash) and first in _probes()


def sanity_check(scalars: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Every scalar that `probes/measurements/sanity.py` logged, by its name there."""
    return {tag.removeprefix(FOLDER): curve for tag, curve in scalars.items() if tag.startswith(FOLDER) and len(curve)}
