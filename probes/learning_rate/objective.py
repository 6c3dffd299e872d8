"""Whether a lower loss is a better training, without which no learning rate and no batch size can be told from losses."""

from collections.abc import Mapping
from typing import Any

from probes.learning_rate.optimizers import in_turn
from probes.training import ACTS_IN

ACTING = "the script acts in an environment ({name}), so its data change with its weights, and a lower loss is no better training"


def no_objective(hparams: Mapping[str, Any]) -> str | None:
    """Why it is not, by today's settings as `Training.hparams` has them; None where it is."""
    return ACTING.format(name=hparams[ACTS_IN]) if ACTS_IN in hparams else in_turn(hparams)
