"""The optimizer's momentum: of Adam and its like the first of the two betas."""

from typing import Any

from probes.knobs import each_group, number


def parse(text: str) -> float:
    """From 0 to 1."""
    return number("momentum", text, 0.0, 0.9999)


class Momentum:
    """Sets it before each step."""

    def __init__(self, value: float):
        self.value = value

    def before_step(self, optimizer: Any) -> None:
        """In every group."""
        each_group(optimizer, "momentum", self.value)
        for group in optimizer.param_groups:
            if "betas" in group:
                group["betas"] = (self.value, *group["betas"][1:])


def turn(value: float, hooks: Any, steps: int | None) -> Momentum:
    """From the first step on."""
    return Momentum(value)
