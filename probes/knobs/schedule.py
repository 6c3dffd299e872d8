"""The learning rate's schedule over the whole training, in place of the script's own."""

from typing import Any

from advisor.errors import AdvisorError
from probes.gradients.step_figures import largest_lr
from probes.knobs import one_of
from probes.knobs.lr import peak_of
from probes.learning_rate.schedules import SCHEDULES, rate


def parse(text: str) -> str:
    """The name of a schedule."""
    return one_of("schedule", text, list(SCHEDULES))


class Scheduled:
    """Gives the rate of each step; the groups keep their ratios at the beginning."""

    def __init__(self, name: str, steps: int):
        self.name, self.steps = name, steps
        self.made_at: dict[int, float] = {}
        self.taken: dict[int, int] = {}
        self.own: list[Any] = []

    def made(self, optimizer: Any) -> None:
        """Note the rate that it was made with."""
        self.made_at.setdefault(id(optimizer), largest_lr(optimizer))

    def before_step(self, optimizer: Any) -> None:
        """The rate of this step."""
        taken = self.taken.get(id(optimizer), 0)
        self.taken[id(optimizer)] = taken + 1
        peak = peak_of(optimizer, self.made_at.get(id(optimizer), 0.0))
        to = rate(self.name, peak, min(taken, self.steps - 1), self.steps)
        self.own = [group["lr"] for group in optimizer.param_groups]
        for group in optimizer.param_groups:
            group["lr"] = to * float(group.get("max_lr", group.get("initial_lr", peak))) / peak if peak else 0.0

    def after_step(self, optimizer: Any) -> None:
        """Put the script's own rates back."""
        for group, own in zip(optimizer.param_groups, self.own, strict=False):
            group["lr"] = own


def turn(value: str, hooks: Any, steps: int | None) -> Scheduled:
    """Over these steps.

    Raises
    ------
    AdvisorError
        Nobody knows how many they are.
    """
    if steps is None:
        raise AdvisorError(
            "a schedule needs the number of steps that the script trains for: leave --steps out, or name a whole run by --run."
        )
    return Scheduled(value, steps)
