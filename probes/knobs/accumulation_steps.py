"""How many of the script's own steps make one: the mean of their gradients is stepped with, and the others are none."""

from typing import Any

from probes.knobs import whole


def parse(text: str) -> int:
    """Steps of the script's that make one."""
    return whole("accumulation_steps", text)


class Accumulated:
    """Takes the gradient away before all steps but each so many-th, which has the mean; an optimizer leaves alone what has no gradient."""

    LAST = True  # of all that listen: what the others see is the gradient of one minibatch

    def __init__(self, steps: int):
        self.steps = steps
        self.taken: dict[int, int] = {}
        self.sums: dict[int, Any] = {}

    def before_step(self, optimizer: Any) -> None:
        """Add up, and give what was added up when it is complete."""
        taken = self.taken[id(optimizer)] = self.taken.get(id(optimizer), 0) + 1
        for parameter in (p for group in optimizer.param_groups for p in group["params"]):
            if parameter.grad is not None:
                share = parameter.grad.detach() / self.steps
                self.sums[id(parameter)] = share if (before := self.sums.get(id(parameter))) is None else before + share
            parameter.grad = self.sums.pop(id(parameter), None) if taken % self.steps == 0 else None


def turn(value: int, hooks: Any, steps: int | None) -> Accumulated:
    """From the first step on."""
    return Accumulated(value)
