"""One training from the start that all others of a comparison have too."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from probes.learning_rate import schedules
from probes.training import Training


def outcome(
    training: Training, lr: float, steps: int, schedule: str, seed: int, cooling: float = 0.0, settings: Mapping[str, Any] | None = None
) -> dict[str, float]:
    """What becomes of so many steps at this peak rate; the training is put back behind it.

    Parameters
    ----------
    settings : others of `SETTINGS`, set before it begins
    schedule : its name in `schedules.SCHEDULES`
    seed : of the order of data and of the random states
    cooling : share of the steps, at their end, in which the rate falls to nothing, whatever the schedule

    Returns
    -------
    dict
        The held-out loss `after`, and the training loss `train` of the last tenth of the steps; both NaN where it diverged.
    """
    with training.restored():
        for name, value in (settings or {}).items():
            setattr(training, name, value)
        training.reseed(seed)
        losses: list[float] = []
        before = np.nan
        for step in range(steps):
            rate = schedules.rate(schedule, lr, step, steps) * min(1.0, (steps - step - 0.5) / max(0.5, cooling * steps))
            if rate != before:  # setting it may cost a message to another process
                training.lr = rate
            before = rate
            losses.append(training.step())
            if not np.isfinite(losses[-1]):
                return {"after": np.nan, "train": np.nan}
        return {"after": training.evaluate(), "train": float(np.mean(losses[-max(1, steps // 10) :]))}
