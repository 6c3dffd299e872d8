"""Everything a step changes in a script's training, found from its optimizers alone, noted and put back bit for bit.

It is noted by position, so it can be put into the same script's training after it was started again.
"""

from copy import deepcopy
from typing import Any

from probes.state.found_modules import parameters_of
from probes.state.random_states import RandomStates
from probes.state.tensor_copies import copied, copied_tree, holds_numbers


def overwrite(tensor: Any, values: Any) -> None:
    """Behind the back of autograd: the script may be between the forward and the backward pass of another of its networks."""
    if holds_numbers(values):
        tensor.data.copy_(values)


class Buffers:
    """The buffers of some modules, of batch normalization for instance."""

    def __init__(self, modules: list[Any]):
        self.values = [copied(b) for b in self.of(modules)]

    @staticmethod
    def of(modules: list[Any]) -> list[Any]:
        """Every buffer of these modules once, in the order of the modules."""
        return list({id(b): b for root in modules for b in root.buffers()}.values())

    def fits(self, modules: list[Any]) -> bool:
        """Whether these modules' buffers have the shapes of those that were noted, in the same order."""
        return [v.shape for v in self.values] == [b.shape for b in self.of(modules)]

    def put_back(self, modules: list[Any]) -> None:
        """Write the noted values into these modules' buffers, which must be as many."""
        for buffer, values in zip(self.of(modules), self.values, strict=True):
            overwrite(buffer, values)


class Moment:
    """What a step changes even where its gradient is taken away: buffers and random states."""

    def __init__(self, modules: list[Any]):
        self.buffers, self.random = Buffers(modules), RandomStates()

    def put_back(self, modules: list[Any]) -> None:
        """Put buffers and random states back; `modules` are those it was noted of, or their like."""
        self.buffers.put_back(modules)
        self.random.put_back()


class ScriptState:
    """Parameters, buffers, optimizer states and random states."""

    def __init__(self, optimizers: list[Any], modules: list[Any]):
        self.parameters = [copied(p) for p in parameters_of(optimizers)]
        self.buffers = Buffers(modules)
        self.states = [[copied_tree(o.state[p], Away) if p in o.state else None for p in parameters_of([o])] for o in optimizers]
        self.settings = [[copied_tree(plain(group), Away) for group in o.param_groups] for o in optimizers]
        self.random = RandomStates()

    def put_back(self, optimizers: list[Any], modules: list[Any]) -> None:
        """Put it into these: those it was noted of, or those of the same script run again. Gradients are let go, learning rates stay."""
        for parameter, values in zip(parameters_of(optimizers), self.parameters, strict=True):
            overwrite(parameter, values)
            parameter.grad = None
        self.buffers.put_back(modules)
        for optimizer, states, settings in zip(optimizers, self.states, self.settings, strict=True):
            optimizer.state.clear()
            for parameter, state in zip(parameters_of([optimizer]), states, strict=True):
                if state is not None:
                    optimizer.state[parameter] = there(state)
            for group, values in zip(optimizer.param_groups, settings, strict=True):
                group.update(there(values))
        self.random.put_back()


def plain(group: dict[str, Any]) -> dict[str, Any]:
    """What an optimizer may keep in a parameter group; the learning rate is the script's and its scheduler's."""
    return {name: value for name, value in group.items() if name not in ("params", "lr", "initial_lr", "max_lr")}


class Away:
    """A tensor's copy in main memory, and the device it belongs to."""

    def __init__(self, tensor: Any):
        self.device, self.copy = tensor.device, copied(tensor)


def there(tree: Any) -> Any:
    """The tree with its copies copied once more, to where they belong."""
    from torch.utils._pytree import tree_map

    return tree_map(lambda leaf: leaf.copy.to(leaf.device, copy=True) if isinstance(leaf, Away) else deepcopy(leaf), tree)
