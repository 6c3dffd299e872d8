"""The processes that load data beside the training's own, of every DataLoader of torch's."""

from typing import Any

from probes.hooks.data_loaders import each_loader
from probes.knobs import whole


def parse(text: str) -> int:
    """Processes; 0 is the training's own."""
    return whole("num_workers", text, 0)


def turn(value: int, hooks: Any, steps: int | None) -> None:
    """In place of what each is made with."""

    def change(given: dict[str, Any]) -> None:
        given["num_workers"] = value
        if not value:  # which these would refuse
            for name in ("prefetch_factor", "persistent_workers", "timeout"):
                given.pop(name, None)

    each_loader(hooks, change)
