"""The optimizer's weight decay; parameter groups that have none beside others that have some keep none."""

from typing import Any

from probes.knobs import number


def parse(text: str) -> float:
    """The coefficient."""
    return number("weight_decay", text)


class Decay:
    """Sets it before each step."""

    def __init__(self, value: float):
        self.value = value
        self.decayed: dict[int, list[bool]] = {}

    def before_step(self, optimizer: Any) -> None:
        """Of the groups that the script decays; of all where it decays none."""
        groups = [group for group in optimizer.param_groups if "weight_decay" in group]
        own = self.decayed.setdefault(id(optimizer), [bool(group["weight_decay"]) for group in groups])
        for group, decayed in zip(groups, own, strict=False):
            if decayed or not any(own):
                group["weight_decay"] = self.value


def turn(value: float, hooks: Any, steps: int | None) -> Decay:
    """From the first step on."""
    return Decay(value)
