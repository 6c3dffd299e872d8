"""A training under a memory budget, whoever owns its loop: the budget is held in steps with settings that were not tried under it."""

from collections import Counter
from typing import Any

from probes.memory import device_memory
from probes.training import OF_MEMORY

PROVEN = 2  # steps within the budget, of which the second had its optimizer's state from the beginning


class MemoryBudget:
    """What every such Training has in common."""

    device: Any
    batch_size: Any
    accumulation_steps: Any
    precision: Any
    checkpointing: Any

    def __init__(self) -> None:
        self._memory_budget: float | None = None
        self.proven: Counter[tuple] = Counter()  # steps taken, by settings

    @property
    def memory_budget(self) -> float | None:
        """Bytes tensors may take in all, None for no limit; held by the allocator on CUDA, on the CPU in steps that are not `proven`."""
        return self._memory_budget

    @memory_budget.setter
    def memory_budget(self, budget: float | None) -> None:
        if budget != self._memory_budget:
            self._memory_budget = budget
            device_memory.set_budget(self.device, budget)

    @property
    def settings(self) -> tuple:
        """Batch size, accumulation, precision, checkpointing and budget: steps at the same ones take the same memory."""
        return self.batch_size, *(getattr(self, name) for name in OF_MEMORY)

    @property
    def budget_to_hold(self) -> float | None:
        """The budget, where steps at these settings are not known to keep to it."""
        return None if self.proven[self.settings] >= PROVEN else self.memory_budget

    def free_memory(self) -> float:
        """Bytes the training could have in all: the budget, else what is free on its device and what its process already holds."""
        return device_memory.free(self.device) if self.memory_budget is None else self.memory_budget
