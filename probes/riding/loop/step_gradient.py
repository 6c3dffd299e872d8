"""What is read of the gradients of a script's steps, as they come up."""

from typing import Any

from probes.examination.gradients import GradientReach
from probes.gradients.running_moments import GradientSums
from probes.gradients.step_figures import total_norm
from probes.process.rank import own_gradients
from probes.riding.loop.loop_shape import LoopShape


class StepGradient:
    """Listens to the backward passes of a loop that is known.

    Attributes
    ----------
    norm : tensor of shape () or None
        Of the gradient as it stood after the last pass.
    reading : GradientSums, GradientReach or None
        Is shown every gradient.
    own : OwnGradients or None
        Tells the squared norm of this rank's own gradient, where several ranks have their mean.
    """

    def __init__(self) -> None:
        self.reading: GradientSums | GradientReach | None = None
        self.start()

    def start(self) -> None:
        """The script begins."""
        self.norm: Any = None
        self.own: Any = None

    def ready(self, shape: LoopShape, modules: list[Any], parameters: list[Any]) -> None:
        """The loop is known: whose gradients are read, and, where a step is one backward pass, this rank's own before they are averaged."""
        self.group, self.parameters = shape.group, parameters
        if shape.backwards == 1 and not shape.others:
            self.own = own_gradients(modules, parameters, lambda: self.reading is not None)

    def after_backward(self, scale: Any) -> None:
        """`scale` is a gradient scaler's factor, or None."""
        self.norm = total_norm(self.group, scale)
        if self.reading is None:
            return
        own = None if self.own is None else self.own.taken()
        gradients = [p.grad if scale is None or p.grad is None else p.grad / scale for p in self.parameters]
        self.reading.after_backward(gradients, own if own is None or scale is None else own / scale**2)

    def forget(self) -> None:
        """The step is lost."""
        if self.reading is not None:
            self.reading.forget()
