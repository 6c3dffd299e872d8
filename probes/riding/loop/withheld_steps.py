"""Steps of a script that must change nothing: their gradient is taken away, or they are taken and undone.

Without a gradient no optimizer of torch's changes a weight or its own state. One that stacks gradients, or asks for them otherwise, breaks
without; then the script is run again, and such steps are undone from there on, which costs a copy of what they change.
"""

from typing import Any

from probes.state.script_state import ScriptState


class WithheldSteps:
    """Of one script, however often it is run.

    Attributes
    ----------
    undoing : bool
        Whether steps are taken and undone, for they break without a gradient.
    """

    def __init__(self) -> None:
        self.undoing = self.under_way = False
        self.before: tuple[list[Any], ScriptState] | None = None

    def start(self) -> None:
        """The script begins."""
        self.under_way, self.before = False, None

    def begin(self, optimizers: list[Any], parameters: list[Any]) -> None:
        """The gradient of such a step of these is there."""
        self.under_way = True
        if not self.undoing:
            for p in parameters:
                p.grad = None
        elif self.before is None:  # else it computes more than one
            self.before = optimizers, ScriptState(optimizers, [])

    def end(self) -> None:
        """A step is over."""
        if self.before is not None:
            optimizers, state = self.before
            state.put_back(optimizers, [])
        self.start()

    def broke(self) -> bool:
        """Whether the script broke in a step whose gradient was taken away; the next ones are undone."""
        for_want = self.under_way and not self.undoing
        self.undoing = self.undoing or for_want
        return for_want
