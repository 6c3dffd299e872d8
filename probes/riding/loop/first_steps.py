"""A script's first steps, which only show how its loop is built and leave everything as it was."""

from typing import Any

from probes.gradients.step_figures import rows_of
from probes.hooks.other_engines import need_steps
from probes.riding.counted_loops import Line, here
from probes.riding.loop.loop_shape import BACKWARD, LOOKS, LoopShape, shape_of
from probes.state.found_modules import parameters_of, roots
from probes.state.script_state import Buffers


class FirstSteps:
    """What is seen until the loop is known.

    Attributes
    ----------
    seen : list
        As `shape_of` wants it.
    made, stepped : list of optimizers
        All there are, and those that took a step, each in its order.
    made_at : list of Line
        Where the script stood when they were made.
    inside : bool
        Whether it is the optimizer's step that asks for the gradient.
    rows : int
        Examples that the model is given at once.
    """

    def __init__(self, note_buffers: bool):
        self.seen: list[Any] = []
        self.made: list[Any] = []
        self.made_at: list[Line] = []
        self.stepped: list[Any] = []
        self.inside, self.rows, self.note_buffers = False, 1, note_buffers
        self.between = True  # passes: the next module that is called is the outermost
        self.untouched: Buffers | None = None
        self.watching: list[Any] = []

    def optimizer(self, optimizer: Any) -> None:
        """One was made: its model is, and has not been used."""
        if optimizer in self.made:
            return
        self.made.append(optimizer)
        self.made_at += here()
        modules = roots(parameters_of(self.made))
        parts = dict.fromkeys(part for module in modules for part in module.modules())  # a script may call parts of a model only
        self.watching += [part.register_forward_pre_hook(self.forward, with_kwargs=True) for part in parts]
        if self.note_buffers:
            self.untouched = Buffers(modules)

    def forward(self, module: Any, args: Any, options: Any) -> None:
        """Called by torch before each module's forward pass; notes the rows that the outermost is given while gradients are on."""
        import torch

        if self.between and torch.is_grad_enabled() and (rows := rows_of((args, options))):
            self.rows, self.between = rows, False

    def backward(self) -> None:
        """A backward pass has ended; too many of them without a step raise, see `need_steps`."""
        self.between = True
        self.seen.append(BACKWARD)
        if not self.stepped:
            need_steps(self.gradients, len(self.made))

    @property
    def gradients(self) -> int:
        """Backward passes so far."""
        return self.seen.count(BACKWARD)

    def step(self, optimizer: Any, inside: bool) -> LoopShape | None:
        """The loop's shape, once it has been seen."""
        if optimizer not in self.stepped:
            self.stepped.append(optimizer)
        self.seen.append(optimizer)
        self.inside = inside
        return shape_of(self.seen) if self.taken == LOOKS else None

    @property
    def taken(self) -> int:
        """Steps so far, of the optimizer that steps first."""
        return sum(what is self.stepped[0] for what in self.seen) if self.stepped else 0

    def end(self, modules: list[Any]) -> None:
        """Put these modules' buffers back."""
        while self.watching:
            self.watching.pop().remove()
        if self.untouched is not None and self.untouched.fits(modules):
            self.untouched.put_back(modules)
