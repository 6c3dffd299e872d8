"""What forward and backward compute in: as the training came, or in half precision where torch thinks it safe.

References
    Micikevicius et al., Mixed Precision Training (2018). arXiv:1710.03740
"""

import contextlib
from typing import Any

from probes.training import HALF, PRECISIONS


def computing_in(precision: str, device: str) -> Any:
    """A block of this precision."""
    import torch

    if precision == "fp32":
        return contextlib.nullcontext()
    return torch.autocast(torch.device(device).type, getattr(torch, HALF[precision]))


def scaler_for(precision: str, device: str) -> Any:
    """What keeps small gradients from vanishing in fp16, whose range is short; None elsewhere.

    Raises
    ------
    ValueError
        There is no such precision.
    """
    import torch

    if precision not in PRECISIONS:
        raise ValueError(f"a precision of {precision!r}: it is one of {', '.join(PRECISIONS)}")
    return torch.amp.GradScaler(torch.device(device).type) if precision == "fp16" else None
