"""The noise scale of a training that accumulates gradients, told from them at no extra pass; see `probes/gradients/streaming_noise.py`."""

import math
from typing import Any


class NoiseOfAccumulation:
    """Watches the gradients of an optimizer, once steps turn out to be made of several minibatches.

    It holds a copy of the gradient, so it stays away where an accelerator has little memory left. The estimate is that of McCandlish,
    Kaplan, Amodei et al., An Empirical Model of Large-Batch Training (2018), appendix A.1.
    """

    def __init__(self):
        self.parts: Any = None
        self.passes = self.fetched = 0

    def after_backward(self, optimizer: Any) -> None:
        """Look at the `.grad` of all parameters, or at nothing while the optimizer (None) is not known or each step is one pass."""
        self.passes += 1
        if self.parts is not None and optimizer is not None:
            self.parts.after_backward([p.grad for group in optimizer.param_groups for p in group["params"]])

    def at_step(self, optimizer: Any, batch_size: int | None) -> None:
        """The optimizer has stepped.

        `batch_size` is that of a minibatch, None while it is not known yet, 0 where it will not be: then the noise counts minibatches.
        """
        several, self.passes, self.fetched = self.passes > 1 and self.fetched in (0, self.passes), 0, 0
        if self.parts is not None:
            self.parts.at_step() if several else self.parts.forget()
        elif several and batch_size is not None and roomy(optimizer):
            from probes.gradients.gradient_parts import Accumulation
            from probes.gradients.streaming_noise import StreamingNoise

            self.parts = Accumulation(StreamingNoise(), batch_size or 1)

    def figures(self) -> dict[str, float]:
        """The noise scale in examples, by its tag; nothing where it cannot be told."""
        value = self.parts.noise.noise_scale if self.parts is not None else math.nan
        return {"train/noise_scale": value} if math.isfinite(value) else {}


def roomy(optimizer: Any) -> bool:
    """Whether four more copies of the gradient would fit on the device."""
    import torch

    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    device = parameters[0].device
    return device.type != "cuda" or torch.cuda.mem_get_info(device)[0] > 4 * sum(p.nbytes for p in parameters)
