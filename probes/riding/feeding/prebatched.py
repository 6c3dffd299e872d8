"""Whether a data set holds whole minibatches, so that its loader's batch size is not the number of examples in one."""

from typing import Any

from probes.gradients.step_figures import rows_of
from probes.state.random_states import RandomStates


def is_prebatched(loader: Any, batch: Any, rows: int) -> bool:
    """Whether the loader, which draws its examples by their indices, gave in this minibatch more examples than it was asked for.

    Parameters
    ----------
    rows : int
        What the script made of it: the rows that its model was given at once
    """
    size, given = loader.batch_sampler.batch_size, rows_of(batch)
    if not given or max(given, rows) <= size:
        return False
    return (size == 1 and given == 1) or shapes(loader, [0]) == shapes(loader, [0, 1])


def shapes(loader: Any, those: list[int]) -> list[tuple[int, ...]]:
    """Of the tensors in a minibatch of these examples; no random state is changed."""
    import torch
    from torch.utils._pytree import tree_leaves

    before = RandomStates()
    try:
        batch = loader.collate_fn([loader.dataset[i] for i in those])
    finally:
        before.put_back()
    return [tuple(leaf.shape) for leaf in tree_leaves(batch) if isinstance(leaf, torch.Tensor)]
