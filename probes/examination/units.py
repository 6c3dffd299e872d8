"""Which rectified units answer 0 to every example, and what the first layer is given, seen while the model runs."""

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import Any

from probes.examination.data import of_scale

ENOUGH = 1_000_000  # numbers of a minibatch to measure its features by
LEAST = 8  # units: of a smaller layer half may die by chance


class UnitWatch:
    """Sees every ReLU of a model, also those called as functions, by the module it is called in and its turn there.

    Attributes
    ----------
    alive : dict
        Bool tensors by the ReLU's place, shape (units,): those that were above 0 for some example.
    first : list of tensor
        What the first layer with weights was given in each pass, shape (examples, features); empty where it takes no features.
    """

    def __init__(self, model):
        self.model, self.alive, self.turns, self.inside = model, {}, {}, [""]
        self.channels_first, self.first, self.begun = False, [], False

    def rectified(self, output) -> None:
        """Note which units of a ReLU's output, shape (examples, …), are above 0; a layer of fewer than `LEAST` units is passed over."""
        place = self.inside[-1]
        turn = self.turns[place] = self.turns.get(place, 0) + 1
        axis = 1 if output.ndim == 2 or (self.channels_first and output.ndim > 2) else output.ndim - 1
        if output.ndim < 2 or output.shape[axis] < LEAST:
            return
        alive = (output.detach() > 0).movedim(axis, -1).reshape(-1, output.shape[axis]).any(dim=0)
        key = place if turn == 1 else f"{place}.{turn}"
        before = self.alive.get(key)
        if before is None or before.shape == alive.shape:
            self.alive[key] = alive if before is None else before | alive

    def enters(self, name: str, module, inputs) -> None:
        """Note that a module is about to be called, and what it is given where it is the first with weights in this pass."""
        import torch
        from torch import nn

        self.inside.append(name)
        if not inputs or not isinstance(inputs[0], torch.Tensor) or not any(p is not None for p in module._parameters.values()):
            return
        convolution = isinstance(module, nn.modules.conv._ConvNd)
        self.channels_first = convolution or (isinstance(module, nn.modules.batchnorm._NormBase) and inputs[0].ndim > 2)
        if not self.begun and (convolution or isinstance(module, nn.Linear | nn.RNNBase)) and inputs[0].is_floating_point():
            axis = 1 if convolution and inputs[0].ndim > 2 else inputs[0].ndim - 1
            rows = inputs[0].detach().movedim(axis, -1).reshape(-1, inputs[0].shape[axis])
            self.first.append(rows[:: max(1, rows.numel() // ENOUGH)].cpu())
        self.begun = True

    def leaves(self) -> None:
        """Note that the module entered last has returned."""
        self.inside.pop()

    @contextmanager
    def looking(self):
        """One forward pass."""
        self.turns, self.inside, self.begun = {}, [""], False
        with ExitStack() as stack:
            for name, module in self.model.named_modules():
                before = module.register_forward_pre_hook(lambda m, inputs, name=name: self.enters(name, m, inputs))
                after = module.register_forward_hook(lambda *_: self.leaves())
                stack.callback(before.remove), stack.callback(after.remove)
            stack.enter_context(rectifiers(self.rectified))
            yield


def rectifiers(seen: Callable[[Any], None]):
    """A mode under which every ReLU's output is shown to `seen`."""
    import torch
    from torch.nn import functional
    from torch.overrides import TorchFunctionMode

    kinds = {torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_, functional.relu, functional.relu6}

    class Rectifiers(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            output = function(*args, **(kwargs or {}))
            if function in kinds:
                seen(output)
            return output

    return Rectifiers()


def unit_facts(model, forwards: list[Callable[[], Any]]) -> dict[str, float]:
    """The share of each rectified layer's units that stay 0 in all of these passes, and the scale of what the first layer is given."""
    import torch

    watch = UnitWatch(model)
    for forward in forwards:
        with torch.no_grad(), watch.looking():
            forward()
    dead = {f"dead_units/{name}": 1 - float(alive.float().mean()) for name, alive in watch.alive.items()}
    return dead | (of_scale(torch.cat(watch.first)) if watch.first else {})
