"""Whether the examples come in another order in every epoch, in each DataLoader that is read while gradients are on."""

from typing import Any

from probes.hooks.data_loaders import each_loader
from probes.knobs import one_of


def parse(text: str) -> str:
    """One of on and off."""
    return one_of("shuffle", text, ("on", "off"))


def turn(value: str, hooks: Any, steps: int | None) -> None:
    """In place of what each is made with; one with a sampler of its own, or without an order to change, keeps it."""
    from torch.utils.data import IterableDataset

    def change(given: dict[str, Any]) -> None:
        if not any(given.get(name) is not None for name in ("sampler", "batch_sampler")) and not isinstance(
            given["dataset"], IterableDataset
        ):
            given["shuffle"] = value == "on"

    each_loader(hooks, change)
