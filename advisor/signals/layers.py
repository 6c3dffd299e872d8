"""What was logged of each layer."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from advisor.scalar import Histogram, Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import meaning, spelled, words

WHOLE = set(
    words("l2 2 p total global clipped unclipped before after pre post clip clipping model all overall")
)  # the whole gradient's norm
NOT_A_LAYER = set(words("max min std var mean avg count num ratio clip clipped scale noise cos cosine"))
NO_NAME = set(
    words("l2 total global model all overall update updates weight weights param params ratio dead zero zeros activation std norm")
)
GRADIENT = r"_(?:grads?|gradients?)_"
WEIGHT = r"_(?:weights?|params?|parameters?|kernels?)_"
UPDATE = r"_(?:updates?|upd|ud)_|_delta_(?:to_|over_)?(?:weights?|params?|w)_"
DEAD = r"_(?:dead|inactive|sparsity|zeros?)_"
ACTIVATION = r"_(?:activations?|acts?|features?)_"
Scalars = Mapping[str, Scalar]  # by tag
Histograms = Mapping[str, Histogram]
MARKS = (
    r"(?:grad(?:ient)?s?|norms?|l2|rms|train(?:ing)?|hist(?:ogram)?s?|weights?|params?|parameters?|updates?|ratios?|to|data|ud"
    r"|dead|zeros?|inactive|sparsity|frac(?:tion)?|share|units|neurons|relu|activations?|acts?|std|optim(?:izer)?|debug|stats)"
)


def layer_grad_norms(scalars: Scalars, histograms: Histograms) -> dict[str, Scalar]:
    """Each layer's gradient over the steps, by logged norms, else by histograms; biases left out."""
    norms = {_layer(tag): curve for tag, curve in scalars.items() if _meaning_is(tag, "grad_norm") and _is_layer(tag)}
    if len(norms) > 1:
        return norms
    plain = {_layer(tag): curve for tag, curve in scalars.items() if re.match(GRADIENT, spelled(tag)) and _is_layer(tag)}
    if len(plain) > 1 and all((c.finite().values >= 0).all() for c in plain.values()):
        return plain
    shapes = {tag: h for tag, h in histograms.items() if re.search(GRADIENT, spelled(tag)) and _is_layer(tag)}
    return {_layer(tag): histogram.rms() for tag, histogram in shapes.items()} or norms


def layer_weights(scalars: Scalars, histograms: Histograms) -> dict[str, Scalar]:
    """The size of each layer's weights over the steps, from their histograms, else by logged norms; biases and gradients left out."""
    mine = {tag: h for tag, h in histograms.items() if _is_layer(tag) and re.search(WEIGHT, spelled(tag))}
    sizes = {_layer(tag, MARKS): h.rms() for tag, h in mine.items() if not re.search(GRADIENT, spelled(tag))}
    return sizes or _by_layer(
        scalars, rf"{WEIGHT}(?:.*_)?(?:norms?|rms|l2)_|_(?:norms?|rms|l2)_(?:.*_)?{WEIGHT[1:]}", f"{GRADIENT}|{UPDATE}"
    )


def layer_updates(scalars: Scalars, histograms: Histograms) -> dict[str, Scalar]:
    """How far a step moves each layer's weights, as a share of their size. Logarithms, as some people log, are taken back."""
    found = _by_layer(scalars, UPDATE, "_(?:time|count|steps?|num|norm)_", ("ratio",))
    if found and all((c.finite().values < 0).all() for c in found.values() if len(c.finite())):
        return {layer: replace(c, values=10.0**c.values) for layer, c in found.items()}
    return found


def layer_zeros(scalars: Scalars, histograms: Histograms) -> dict[str, Scalar]:
    """The share of each layer's units that answer 0, from 0 to 1."""
    found = _by_layer(scalars, DEAD, "_(?:grads?|gradients?|weights?|count|num|loss)_")
    return {layer: c for layer, c in found.items() if len(v := c.finite().values) and v.min() >= 0 and v.max() <= 1}


def layer_activations(scalars: Scalars, histograms: Histograms) -> dict[str, Scalar]:
    """The standard deviation of what each layer passes on."""
    return _by_layer(scalars, rf"{ACTIVATION}(?:.*_)?std_|_std_(?:.*_)?{ACTIVATION[1:]}", "_(?:loss|grads?|gradients?)_", ("std",))


def _by_layer(scalars: Scalars, wanted: str, never: str, allowed: tuple[str, ...] = ()) -> dict[str, Scalar]:
    """The scalars of which each names a layer beside the quantity."""
    found = {}
    for tag, curve in scalars.items():
        text = spelled(tag)
        if re.search(wanted, text) and not re.search(never, text) and _is_layer(tag, allowed) and _left(name := _layer(tag, MARKS)):
            found[name] = curve
    return found if len(found) > 1 else {}


def _left(name: str) -> bool:
    return bool(set(words(name)) - NO_NAME)


def median_layer(layers: dict[str, Scalar]) -> Scalar | None:
    """The middle of the layers at each step, None where they were not logged together."""
    curves = list(layers.values())
    if not curves or any(len(c) != len(curves[0]) for c in curves):
        return None
    return replace(curves[0], values=np.median([c.values for c in curves], axis=0))


def _meaning_is(tag: str, quantity: str) -> bool:
    known = meaning(tag)
    return known is not None and known.quantity == quantity and not set(known.extra) <= WHOLE


def _is_layer(tag: str, allowed: tuple[str, ...] = ()) -> bool:
    return not of_a_probe(tag) and "bias" not in words(tag) and not (NOT_A_LAYER - set(allowed)) & set(words(tag))


def _layer(tag: str, marks: str = r"(?:grad(?:ient)?s?|norms?|\d+(?:\.\d+)?|l2|train(?:ing)?|hist(?:ogram)?s?)") -> str:
    """The layer's name in a tag: what is left of "gradients/fc1.weight", "grad_2.0_norm/fc1.weight" or "fc1.weight.grad"."""
    parts = [part for part in tag.split("/") if not re.fullmatch(rf"(?i){marks}(?:[_ .-]{marks})*", part)]
    name = "/".join(parts)
    return re.sub(r"(?i)[_.]grad(?:ient)?s?(?:[_.]norm)?$|^grad(?:ient)?s?[_.:-](?:norm[_.:-])?|[_.]norm$", "", name) or tag
