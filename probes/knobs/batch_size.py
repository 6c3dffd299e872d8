"""The examples of a minibatch, in every DataLoader of torch's that the script makes."""

from typing import Any

from probes.hooks.data_loaders import each_loader
from probes.knobs import whole


def parse(text: str) -> int:
    """Examples."""
    return whole("batch_size", text)


def turn(value: int, hooks: Any, steps: int | None) -> None:
    """In place of what each is made with; one that is given its batches ready keeps them."""
    from torch.utils.data import BatchSampler

    def change(given: dict[str, Any]) -> None:
        own = given.get("batch_sampler")
        if type(own) is BatchSampler:
            given["batch_sampler"] = BatchSampler(own.sampler, value, own.drop_last)
        elif own is None and given.get("batch_size", 1) is not None:
            given["batch_size"] = value

    each_loader(hooks, change)
