"""The norm that gradients are clipped to, in place of the script's own or where it clips none."""

from typing import Any

from probes.knobs import number


def parse(text: str) -> float:
    """The Euclidean norm of the whole gradient."""
    return number("max_grad_norm", text, above=True)


class Clipped:
    """Clips the gradient of an optimizer that is about to step, unless the script does it, whose function then takes this norm."""

    def __init__(self, value: float, clip: Any):
        self.value, self.clip, self.by_script = value, clip, False

    def before_step(self, optimizer: Any) -> None:
        """Clip what there is of a gradient."""
        if not self.by_script:
            self.clip([p for group in optimizer.param_groups for p in group["params"] if p.grad is not None], self.value)

    def called(self, original: Any, parameters: Any, max_norm: Any, *args: Any, **options: Any) -> Any:
        """In place of torch's function."""
        self.by_script = True
        return original(parameters, self.value, *args, **options)


def turn(value: float, hooks: Any, steps: int | None) -> Clipped:
    """From the first step on."""
    import torch

    utils = torch.nn.utils
    clipped = Clipped(value, utils.clip_grad_norm_)
    for owner in (utils, utils.clip_grad):
        hooks.replace(owner, "clip_grad_norm_", clipped.called)
    return clipped
