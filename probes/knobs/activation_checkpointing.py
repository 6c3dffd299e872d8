"""Whether the model's repeated blocks compute their activations again in the backward pass, from the second step on."""

from typing import Any

from advisor.errors import AdvisorError
from probes.knobs import one_of
from probes.state.found_modules import parameters_of, roots
from probes.trainings.checkpointing import Checkpointed, repeated_blocks


def parse(text: str) -> str:
    """On; the script's own are not taken away."""
    return one_of("activation_checkpointing", text, ("on",))


class Checkpoints:
    """Lays them around the blocks once the model is known by its optimizer."""

    def __init__(self) -> None:
        self.laid: list[Checkpointed] = []

    def after_step(self, optimizer: Any) -> None:
        """Once.

        Raises
        ------
        AdvisorError
            There are no such blocks.
        """
        if not self.laid:
            self.laid = [Checkpointed(module) for module in roots(parameters_of([optimizer])) if repeated_blocks(module)]
            if not self.laid:
                raise AdvisorError("its model has no list of three or more blocks of one class to checkpoint")


def turn(value: str, hooks: Any, steps: int | None) -> Checkpoints:
    """After the first step."""
    return Checkpoints()
