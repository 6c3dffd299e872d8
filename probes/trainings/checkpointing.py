"""Activation checkpointing of a model's repeated blocks: each keeps its inputs and computes the rest again in the backward pass.

References
    Chen, Xu, Zhang, Guestrin, Training Deep Nets with Sublinear Memory Cost (2016). arXiv:1604.06174
"""

from functools import partial

from advisor.errors import AdvisorError

REPEATED = 3  # blocks of one class in a row make a list of repeated blocks


def repeated_blocks(model) -> list:
    """The modules of the ModuleLists and Sequentials that hold three or more of one class, the outermost of them; most often one list."""
    import torch

    blocks: list = []
    inside: set[str] = set()
    for name, module in model.named_modules():
        parts = list(module.children())
        alike = len(parts) >= REPEATED and len({type(part) for part in parts}) == 1
        if isinstance(module, (torch.nn.ModuleList, torch.nn.Sequential)) and alike and not inside & set(prefixes(name)):
            inside.add(name)
            blocks += parts
    return blocks


def prefixes(name: str) -> list[str]:
    """Names of the modules this one is in, itself among them."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts) + 1)]


class Checkpointed:
    """A model whose repeated blocks compute their activations again, until it is undone.

    Raises
    ------
    AdvisorError
        The model has no repeated blocks.
    """

    def __init__(self, model):
        from torch.utils.checkpoint import checkpoint

        blocks = repeated_blocks(model)
        if not blocks:
            raise AdvisorError(f"{type(model).__name__} has no list of {REPEATED} or more blocks of one class to checkpoint.")
        self.before = [(block, vars(block).get("forward")) for block in blocks]
        for block in blocks:
            block.forward = partial(checkpoint, block.forward, use_reentrant=False)

    def undo(self) -> None:
        """Give every block its own forward pass back; once only."""
        for block, forward in self.before:
            if forward is None:
                del block.forward
            else:
                block.forward = forward


def forget_random_states(model) -> None:
    """Let a model's checkpointed blocks leave random states alone, which cannot be put back where tensors have no values."""
    from torch.utils.checkpoint import checkpoint

    for block in model.modules():
        forward = vars(block).get("forward")
        if isinstance(forward, partial) and forward.func is checkpoint:
            block.forward = partial(forward, preserve_rng_state=False)
