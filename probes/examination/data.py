"""What a few minibatches tell of the data: values that are no numbers, targets that contradict each other, the scale of the features."""

from typing import Any

from probes.gradients.real_numbers import real

MANY = 256  # examples of a minibatch that are compared
FEW = 20  # features: of more, the smallest is a quantile, for one of very many may be odd


def leaves(tree) -> list[Any]:
    """Every tensor in a nested structure."""
    import torch
    from torch.utils._pytree import tree_leaves

    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def has_nan(tree) -> bool:
    """Whether any number in a nested structure is none."""
    return any(bool(t.isnan().any()) for t in leaves(tree) if t.is_floating_point())


def data_facts(batches) -> dict[str, float]:
    """Shares of the values that are NaN, or infinite, and of the examples whose target contradicts another's."""
    facts: dict[str, float] = {"examples": float(sum(len(x) for inputs, _ in batches for x in leaves(inputs)[:1] if x.ndim))}
    for name, parts in (("inputs", [x for x, _ in batches]), ("targets", [y for _, y in batches])):
        tensors = [t for t in leaves(parts) if t.is_floating_point()]
        count = max(1, sum(t.numel() for t in tensors))
        facts[f"nan_{name}"] = sum(int(t.isnan().sum()) for t in tensors) / count
        facts[f"infinite_{name}"] = sum(int(t.isinf().sum()) for t in tensors) / count
    return facts | of_contradictions(batches)


def of_contradictions(batches) -> dict[str, float]:
    """The share of the examples that have another with the very same input and another target."""
    targets: dict[bytes, set[bytes]] = {}
    seen: list[bytes] = []
    for inputs, target in batches:
        xs, ys = [x[:MANY] for x in leaves(inputs) if x.ndim], [y[:MANY] for y in leaves(target) if y.ndim]
        if not xs or not ys or any(len(x) != len(ys[0]) for x in (*xs, *ys)):
            return {}
        for i in range(len(ys[0])):
            key = b"".join(raw(x[i]) for x in xs)
            seen.append(key)
            targets.setdefault(key, set()).add(b"".join(raw(y[i]) for y in ys))
    return {"contradicting_targets": sum(len(targets[key]) > 1 for key in seen) / max(len(seen), 1)}


def raw(tensor) -> bytes:
    """A fingerprint of the values."""
    import hashlib

    return hashlib.blake2b(real(tensor.detach().cpu()).float().numpy().tobytes(), digest_size=16).digest()


def of_scale(features) -> dict[str, float]:
    """The size of the largest and the smallest feature of a float tensor (examples, features).

    A feature's size is the root mean square of its values other than 0, so that a rare one-hot or count is not small. What never varies
    is no small feature.
    """
    import torch

    x = features[torch.isfinite(features).all(dim=1)].double()
    present = (x != 0).sum(dim=0)
    sizes = ((x**2).sum(dim=0) / present.clamp(min=1)).sqrt()
    varied = sizes[(x.amax(dim=0) > x.amin(dim=0)) & (present > 0)] if len(x) else sizes[:0]
    if not len(varied):
        return {}
    smallest = torch.quantile(varied[:100_000], 0.05) if len(varied) > FEW else varied.min()
    return {"largest_feature": float(sizes.max()), "smallest_feature": float(smallest), "features": float(len(sizes))}
