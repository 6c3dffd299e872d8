"""A script's forward passes computed in another precision, or with checkpoints, without a line in it.

Half precision begins when a minibatch comes, or the pass before has ended, and ends before the backward pass: so it covers the model and
the loss, whoever calls them. Nothing of it is left between steps.
"""

from contextlib import ExitStack
from typing import Any

from advisor.errors import AdvisorError
from probes.riding.loop.loop_shape import LoopShape
from probes.trainings.checkpointing import Checkpointed, repeated_blocks
from probes.trainings.precision import computing_in

OTHER_LOSSES = "the script computes more than one gradient of a minibatch, so half precision cannot be laid around each from outside."
OWN = "the script computes in half precision itself."
COMPILED = "the script compiles its model, which cannot be given checkpoints from outside then."
NO_BLOCKS = "the script's model has no list of three or more blocks of one class to checkpoint."


class AlteredForward:
    """What is asked of a script's forward passes; it is done anew where the script is run again.

    Attributes
    ----------
    precision : str
        "fp32", the way the script has it, or "bf16".
    checkpointing : bool
        Whether the repeated blocks of its modules are checkpointed.
    """

    def __init__(self) -> None:
        self.precision, self.own, self.checkpointing = "fp32", False, False
        self.block, self.checkpointed = ExitStack(), []  # type: ignore[var-annotated]
        self.modules: list[Any] = []
        self.device = "cpu"

    def enter_autocast(self, original: Any, autocast: Any) -> Any:
        """In place of `torch.autocast.__enter__`: the script's own is noted."""
        self.own = self.own or (self.precision == "fp32" and bool(autocast._enabled))
        return original(autocast)

    def begin(self) -> None:
        """The next forward pass may come at any time."""
        if self.precision != "fp32":
            self.end()
            self.block.enter_context(computing_in(self.precision, self.device))

    def end(self) -> None:
        """Leave half precision, where it was entered."""
        self.block.close()

    def set_precision(self, name: str, shape: LoopShape) -> None:
        """Compute in this precision from the next step on.

        Raises
        ------
        AdvisorError
            The script does not leave that to others.
        """
        if name == "fp32":
            self.precision = name
            return
        if self.own or name != "bf16" or any(p.dtype.itemsize < 4 for module in self.modules for p in module.parameters()):
            raise AdvisorError(OWN if name == "bf16" else f"a script can be put in bf16 from outside, not in {name}.")
        if shape.several:
            raise AdvisorError(OTHER_LOSSES)
        self.precision = name

    def set_checkpointing(self, on: bool) -> None:
        """Have the repeated blocks compute their activations again in the backward pass, or not.

        Raises
        ------
        AdvisorError
            There are no such blocks, or they cannot be reached.
        """
        if on == self.checkpointing:
            return
        if on:
            self.checkpoint()
        while self.checkpointed and not on:
            self.checkpointed.pop().undo()
        self.checkpointing = on

    def checkpoint(self) -> None:
        """Checkpoint the repeated blocks of the script's modules, as they are in this run of it.

        Raises
        ------
        AdvisorError
            The script compiles a part of its model, or there are no such blocks.
        """
        if any(is_compiled(part) for module in self.modules for part in module.modules()):
            raise AdvisorError(COMPILED)
        self.checkpointed = [Checkpointed(module) for module in self.modules if repeated_blocks(module)]
        if not self.checkpointed:
            raise AdvisorError(NO_BLOCKS)

    def ready(self, modules: list[Any], device: str) -> None:
        """The script was run, perhaps again: these are its modules now."""
        self.modules, self.device = modules, device
        if self.checkpointing:
            self.checkpoint()


def is_compiled(module: Any) -> bool:
    """Whether `torch.compile` made this module, or `module.compile()` was called on it."""
    from torch._dynamo import OptimizedModule

    return isinstance(module, OptimizedModule) or getattr(module, "_compiled_call_impl", None) is not None
