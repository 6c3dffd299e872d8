"""The line of PyTorch that makes a change."""

from collections.abc import Mapping
from typing import Any

from advisor.signals.hparams import HPARAMS, optimizer_of

SHARES = ("dropout", "weight_decay", "penalty", "max_grad_norm", "backbone_lr", "head_lr")  # no whole numbers


def optimizer_class(hparams: Mapping[str, Any] | None) -> str | None:
    """The name of the optimizer's class, AdamW where none was logged; None where one was that is not known."""
    known = optimizer_of(hparams)
    return known.split(" ")[0] if known else None if (hparams or {}).get("optimizer") else "AdamW"


def pytorch_line(hparam: str, to: Any, by: float | None, hparams: Mapping[str, Any] | None = None) -> str:
    """The line of PyTorch that makes the change."""
    optimizer = optimizer_class(hparams) or "AdamW"
    if hparam == "weight_decay" and optimizer == "Adam":
        optimizer = "AdamW"  # in Adam the decay is scaled away with the gradient
    if hparam == "lr" and to is None:
        return f"for group in optimizer.param_groups: group['lr'] *= {by:g}"
    if hparam == "lr" and optimizer == "Lion":  # none of torch's
        return f"optimizer = Lion(model.parameters(), lr={to:g})"
    if hparam == "lr" and optimizer_of(hparams) is None:  # nobody said which it is, and another one would be another change
        return f"for group in optimizer.param_groups: group['lr'] = {to:g}"
    times = "" if by is None else f"{by:g} * {hparam}" if hparam in SHARES else f"int({by:g} * {hparam})"
    value = times if to is None else f"{to:g}" if isinstance(to, float) else to
    line = HPARAMS[hparam].pytorch.format(to=value, optimizer=optimizer)
    return line.replace("lr=", "momentum=0.9, lr=", 1) if hparam == "lr" and optimizer_of(hparams) == "SGD with momentum" else line
