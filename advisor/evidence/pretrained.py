"""What tells that a training started from weights that were trained before."""

from collections.abc import Mapping
from typing import Any

from advisor.run import Run
from advisor.tasks import FINE_TUNED

SAYS = (
    *("pretrained", "pretrained_model", "finetune", "fine_tune", "finetuning", "model_name_or_path", "_name_or_path", "backbone"),
    *("init_from", "lora_r"),
)
OFF = ("", "0", "false", "none", "no", "scratch")


def begun_from(hparams: Mapping[str, Any] | None) -> list[str]:
    """The hyperparameters that say so; none where the training starts anew, or nobody tells."""
    return [name for name in SAYS if str((hparams or {}).get(name, "")).lower() not in OFF]


def trained_before(run: Run) -> bool:
    """Whether it began from weights that knew something already."""
    task = run.signal("task")
    return bool(begun_from(run.signal("hparams"))) or (task is not None and task.name == FINE_TUNED)
