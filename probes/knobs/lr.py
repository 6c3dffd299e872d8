"""The learning rate's peak: the script's own schedule and the ratios between parameter groups stay as they are."""

from typing import Any

from probes.gradients.step_figures import largest_lr
from probes.knobs import number


def parse(text: str) -> float:
    """A rate, in the optimizer's own unit."""
    return number("lr", text, above=True)


class Peak:
    """Gives every optimizer a rate that is to its own as the new peak is to the old one, for as long as it steps."""

    def __init__(self, value: float):
        self.value, self.factor = value, 0.0
        self.made_at: dict[int, float] = {}
        self.own: list[Any] = []

    def made(self, optimizer: Any) -> None:
        """Note the rate that it was made with."""
        self.made_at.setdefault(id(optimizer), largest_lr(optimizer))

    def before_step(self, optimizer: Any) -> None:
        """Multiply the rates of its groups; the first optimizer that steps says by what."""
        if not self.factor:
            peak = peak_of(optimizer, self.made_at.get(id(optimizer), 0.0))
            self.factor = self.value / peak if peak > 0 else float("inf")
        self.own = [group["lr"] for group in optimizer.param_groups]
        for group in optimizer.param_groups:
            group["lr"] = self.value if self.factor == float("inf") else group["lr"] * self.factor

    def after_step(self, optimizer: Any) -> None:
        """Put the script's own rates back, for a schedule may go on from them."""
        for group, own in zip(optimizer.param_groups, self.own, strict=False):
            group["lr"] = own


def peak_of(optimizer: Any, made_at: float) -> float:
    """The highest rate that its schedule comes to: what that started from or goes up to, else what the optimizer was made with."""
    return max(float(group.get("max_lr", group.get("initial_lr", made_at or group["lr"]))) for group in optimizer.param_groups)


def turn(value: float, hooks: Any, steps: int | None) -> Peak:
    """From the first step on."""
    return Peak(value)
