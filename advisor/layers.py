"""The gradient of each layer, and which tags are no curve of the training at all but a probe's."""

import re
from functools import cache
from typing import TYPE_CHECKING

from advisor.scalar import Scalar
from advisor.tags import meaning, spelled, words

if TYPE_CHECKING:
    from advisor.run import Run

WHOLE = set(words("l2 2 p total global clipped unclipped before after pre post clip clipping model"))  # still the whole gradient's norm
NOT_A_LAYER = set(words("max min std var mean avg count num ratio clip clipped scale noise cos cosine"))


def layer_grad_norms(run: "Run") -> dict[str, Scalar]:
    """Each layer's gradient over the steps, by logged norms, else by histograms; biases left out."""
    norms = {_layer(tag): curve for tag, curve in run.scalars.items() if _is_layer(tag) and _meaning_is(tag, "grad_norm")}
    if len(norms) > 1:
        return norms
    shapes = {tag: h for tag, h in run.histograms.items() if re.search(r"_(?:grads?|gradients?)_", spelled(tag)) and _is_layer(tag)}
    return {_layer(tag): histogram.rms() for tag, histogram in shapes.items()} or norms


def layer_weights(run: "Run") -> dict[str, Scalar]:
    """The size of each layer's weights over the steps, from their histograms; biases and gradients left out."""
    mine = {tag: h for tag, h in run.histograms.items() if _is_layer(tag) and re.search(r"_(?:weights?|params?|kernel)_", spelled(tag))}
    return {tag: h.rms() for tag, h in mine.items() if not re.search(r"_(?:grads?|gradients?)_", spelled(tag))}


def _meaning_is(tag: str, quantity: str) -> bool:
    known = meaning(tag)
    return known is not None and known.quantity == quantity and not set(known.extra) <= WHOLE


def _is_layer(tag: str) -> bool:
    return not of_a_probe(tag) and "bias" not in words(tag) and not NOT_A_LAYER & set(words(tag))


def _layer(tag: str) -> str:
    """The layer's name in a tag: what is left of "gradients/fc1.weight", "grad_2.0_norm/fc1.weight" or "fc1.weight.grad"."""
    marks = r"(?:grad(?:ient)?s?|norms?|\d+(?:\.\d+)?|l2|train(?:ing)?|hist(?:ogram)?s?)"
    parts = [part for part in tag.split("/") if not re.fullmatch(rf"(?i){marks}(?:[_ .-]{marks})*", part)]
    name = "/".join(parts)
    return re.sub(r"(?i)[_.]grad(?:ient)?s?(?:[_.]norm)?$|^grad(?:ient)?s?[_.:-](?:norm[_.:-])?|[_.]norm$", "", name) or tag


@cache
def _probes() -> frozenset[str]:
    """The names of the probes; the package is looked up and not imported, for it would import torch."""
    import importlib.util
    import pkgutil
    from pathlib import Path

    spec = importlib.util.find_spec("probes")
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = ((m.name, Path(place, f"{m.name}.py")) for place in places for m in pkgutil.iter_modules([place]))
    return frozenset(name for name, file in files if file.is_file() and "\ndef measure(" in file.read_text(encoding="utf-8"))


def of_a_probe(tag: str) -> bool:
    """Whether a probe logged this: a measurement, not the training's own curve."""
    first, slash, _ = tag.partition("/")
    return bool(slash) and first in _probes()
