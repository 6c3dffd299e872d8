"""What is random in a training: a stream each for weights, the order of data and what comes later, the same on both sides of a pair.

A script that seeds itself is taken at its word, its seed shifted from pair to pair. Weights are drawn until the first optimizer is made;
there the generators are seeded anew, so that a wider layer or another initialization does not shift the draws of dropout. Every DataLoader
has a generator of its own, so that dropout does not shift the order of data. What a script draws from generators of its own stays.
"""

import random
from typing import Any

import numpy as np

from probes.hooks.data_loaders import each_loader
from probes.state.random_states import seed_everything

LATER, ORDER = 7919, 104729  # between the streams
SEED_BITS = 2**32  # numpy takes no more


class Seeds:
    """Seeds everything with the shift, and adds the shift to what the script seeds with."""

    def __init__(self, shift: int):
        self.shift, self.by_script, self.ours, self.loaders, self.optimizers = shift, False, True, 0, 0
        self.last = 0  # the seed that holds

    def start(self, hooks: Any) -> None:
        """From the first line of the script on."""
        import torch

        self.seed(0)
        for owner in (torch, torch.random):
            hooks.replace(owner, "manual_seed", self.seeded)
        hooks.replace(random, "seed", self.seeded)
        hooks.replace(np.random, "seed", self.seeded)
        each_loader(hooks, self.ordered)
        self.ours = False

    def seed(self, base: int) -> None:
        """Every global generator, with none of it taken for the script's doing."""
        before, self.ours = self.ours, True
        try:
            seed_everything((base + self.shift) % SEED_BITS)
        finally:
            self.ours = before

    def seeded(self, original: Any, seed: Any = None, *args: Any, **options: Any) -> Any:
        """In place of a function that seeds."""
        if self.ours:
            return original(seed, *args, **options)
        self.by_script = True
        known = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
        self.last = int(seed) if known else self.last
        before, self.ours = self.ours, True  # torch's calls itself for each device
        try:
            return original((int(seed if known else 0) + self.shift) % SEED_BITS, *args, **options)
        finally:
            self.ours = before

    def made(self, optimizer: Any) -> None:
        """The weights are there: a stream of its own for all that comes."""
        self.optimizers += 1
        self.seed(self.last + LATER * self.optimizers)

    def ordered(self, given: dict[str, Any]) -> None:
        """Give a DataLoader, and a sampler that draws, a generator of its own."""
        import torch
        from torch.utils.data import RandomSampler

        self.loaders += 1
        own = given.get("generator")
        if own is not None and not self.shift:
            return
        fresh = torch.Generator().manual_seed((own.initial_seed() if own is not None else self.last + ORDER * self.loaders) + self.shift)
        given["generator"] = fresh
        sampler = getattr(given.get("batch_sampler"), "sampler", given.get("sampler"))
        if isinstance(sampler, RandomSampler) and sampler.generator is None:
            sampler.generator = fresh
