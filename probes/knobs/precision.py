"""What the script computes in, by autocast around all of it: bf16, fp16 with a scaler of ours, or fp32 to take its own autocast away."""

from typing import Any

from advisor.errors import AdvisorError
from probes.knobs import one_of


def parse(text: str) -> str:
    """Bf16, fp16 or fp32."""
    return one_of("precision", text, ("bf16", "fp16", "fp32"))


class Scaled:
    """Scales the loss, so that small gradients are not lost in fp16, and takes one away that overflowed; a script's own scaler stays."""

    def __init__(self, hooks: Any, device: str):
        import torch

        self.hooks, self.scaler, self.ours = hooks, torch.amp.GradScaler(device), False
        hooks.replace(torch.Tensor, "backward", self.go_backward)

    def go_backward(self, original: Any, loss: Any, *args: Any, **options: Any) -> None:
        """In place of `Tensor.backward`."""
        if self.hooks.scaled[0] == id(loss) or loss.numel() != 1:  # by a scaler of the script's
            original(loss, *args, **options)
            return
        self.ours, scaled = True, self.scaler.scale(loss)
        self.hooks.scaled = id(loss), loss.detach(), self.scaler._scale  # as of a scaler of the script's, for who listens
        original(scaled, *args, **options)

    def before_step(self, optimizer: Any) -> None:
        """Step with the gradient itself."""
        import torch

        parameters = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        if not self.ours or not parameters:
            return
        self.scaler.unscale_(optimizer)
        self.scaler.update()
        if not all(bool(torch.isfinite(p.grad).all()) for p in parameters):
            for p in parameters:
                p.grad = None


def turn(value: str, hooks: Any, steps: int | None) -> Scaled | None:
    """From the first line on; a script's own autocast is on only where it is to be.

    Raises
    ------
    AdvisorError
        It is fp16, and there is no GPU.
    """
    import torch

    if value == "fp16" and not torch.cuda.is_available():
        raise AdvisorError("precision=fp16 needs a GPU, and there is none here; bf16 can be tried without one")
    on, dtype = value != "fp32", torch.float16 if value == "fp16" else torch.bfloat16
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        torch.autocast(device, dtype, enabled=on).__enter__()

    def make(original: Any, context: Any, device_type: str, *args: Any, **options: Any) -> None:
        original(context, device_type, dtype, enabled=on)

    hooks.replace(torch.autocast, "__init__", make)
    return Scaled(hooks, "cuda") if value == "fp16" else None
