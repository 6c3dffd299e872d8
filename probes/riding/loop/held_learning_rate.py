"""The learning rate and momentum a step is taken at, held by us; between steps an optimizer has its own, for its schedule to go on from."""

from typing import Any


class HeldSettings:
    """Of the optimizers of one script."""

    def __init__(self):
        self.made_with: dict[int, list[dict[str, Any]]] = {}
        self.base: dict[int, list[dict[str, Any]]] = {}
        self.own: dict[int, list[dict[str, Any]]] = {}

    def made(self, optimizer: Any) -> None:
        """Note what a new optimizer's groups are set to, before a schedule changes it."""
        self.made_with[id(optimizer)] = [scheduled(group) for group in optimizer.param_groups]

    def note_base(self, optimizer: Any) -> None:
        """What each group was made with, where no schedule has changed it: the learning rate is the highest of the schedule."""
        made, groups = self.made_with.get(id(optimizer), []), optimizer.param_groups
        plain = made + [scheduled(group) for group in groups[len(made) :]]
        highest = [group.get("max_lr", group.get("initial_lr", own["lr"])) for group, own in zip(groups, plain, strict=False)]
        self.base[id(optimizer)] = [{**own, "lr": float(lr)} for own, lr in zip(plain, highest, strict=False)]

    @property
    def today(self) -> float:
        """The largest learning rate of all groups."""
        return max(own["lr"] for settings in self.base.values() for own in settings)

    def hold(self, optimizer: Any, lr: float) -> None:
        """Let this step be taken at our learning rate, and at the momentum the optimizer was made with."""
        self.own[id(optimizer)] = [scheduled(group) for group in optimizer.param_groups]
        for group, base in zip(optimizer.param_groups, self.base[id(optimizer)], strict=False):
            put(group, {**base, "lr": base["lr"] * (lr / self.today) if self.today else lr})

    def release(self, optimizer: Any) -> None:
        """Give the optimizer back what it had before `hold`; nothing where it was not held."""
        for group, own in zip(optimizer.param_groups, self.own.pop(id(optimizer), ()), strict=False):
            put(group, own)


def scheduled(group: dict[str, Any]) -> dict[str, Any]:
    """What a schedule may change in a parameter group."""
    values = {name: group[name] for name in ("lr", "betas", "momentum") if name in group}
    return {name: value.clone() if hasattr(value, "clone") else value for name, value in values.items()}


def put(group: dict[str, Any], settings: dict[str, Any]) -> None:
    """Write settings into a parameter group, those that are tensors there in place."""
    for name, value in settings.items():
        if hasattr(group[name], "fill_"):
            group[name].fill_(float(value))
        else:
            group[name] = value
