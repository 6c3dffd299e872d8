"""A linear warm-up of the learning rate over the first steps, in front of whatever the script itself does with the rate."""

from typing import Any

from probes.knobs import whole


def parse(text: str) -> int:
    """Optimizer steps."""
    return whole("warmup_steps", text)


class WarmUp:
    """Lowers the rates of an optimizer's first steps."""

    def __init__(self, steps: int):
        self.steps = steps
        self.taken: dict[int, int] = {}
        self.own: list[Any] = []

    def before_step(self, optimizer: Any) -> None:
        """A share of the rate, until the warm-up is over."""
        taken = self.taken[id(optimizer)] = self.taken.get(id(optimizer), 0) + 1
        self.own = [group["lr"] for group in optimizer.param_groups]
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * min(1.0, taken / self.steps)

    def after_step(self, optimizer: Any) -> None:
        """Put the script's own rates back."""
        for group, own in zip(optimizer.param_groups, self.own, strict=False):
            group["lr"] = own


def turn(value: int, hooks: Any, steps: int | None) -> WarmUp:
    """From the first step on."""
    return WarmUp(value)
