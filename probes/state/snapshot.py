"""Everything a training step changes, noted and put back bit for bit."""

from typing import Any

from probes.state.random_states import RandomStates
from probes.state.tensor_copies import copied, copied_tree, holds_numbers


class Snapshot:
    """A model's parameters, buffers and modes, its optimizer's state, and the random states.

    The copies are held in main memory, so that they take none of the device memory a probe measures. `put_back` may be called once: the
    optimizer goes on with the copies.
    """

    def __init__(self, model, optimizer):
        self.model = model
        self.modes = [(module, module.training) for module in model.modules()]
        self.parameters = [(p, copied(p)) for p in model.parameters()]
        self.buffers = [
            (module, name, buffer, copied(buffer))
            for module in model.modules()
            for name, buffer in module._buffers.items()
            if buffer is not None
        ]
        self.states = [(inner, copied_tree(inner.state_dict())) for inner in with_inner(optimizer)]
        self.random = RandomStates()

    def put_back(self) -> None:
        """Set all to what was noted, in the very tensors, and let gradients go; once only."""
        import torch

        for module, mode in self.modes:
            module.training = mode
        with torch.no_grad():
            for parameter, values in self.parameters:
                if holds_numbers(values):
                    parameter.copy_(values)
                parameter.grad = None
            for module, name, buffer, values in self.buffers:
                # the very tensor: a step may have put another in its place
                module._buffers[name] = buffer.copy_(values) if holds_numbers(values) else buffer
        for optimizer, state in self.states:
            load_in_place(optimizer, state)
        self.random.put_back()


def with_inner(optimizer) -> list[Any]:
    """The optimizer and those it wraps, as SAM and Lookahead do; state of theirs is not in its own."""
    from torch.optim import Optimizer

    return [optimizer, *(inner for inner in vars(optimizer).values() if isinstance(inner, Optimizer))]


def load_in_place(optimizer, state) -> None:
    """Load the state into the groups and the state there are: a wrapped optimizer may share them."""
    groups, states = optimizer.param_groups, optimizer.state
    optimizer.load_state_dict(state)
    for group, loaded in zip(groups, optimizer.param_groups, strict=True):
        if group is not loaded:
            group.clear()
            group.update(loaded)
    if states is not optimizer.state:
        states.clear()
        states.update(optimizer.state)
    optimizer.param_groups, optimizer.state = groups, states
