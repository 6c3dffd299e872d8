"""What a run tells the others of its search."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.evidence.learning_rate import peak_lr
from advisor.run import EXCERPT, Run
from advisor.scalar import Scalar
from advisor.signals.hparams import as_number, optimizer_of
from advisor.statistics.curve_shape import ENOUGH

VARIES = r"seed|name|dir|path|version|\bid\b|_id$"  # in names of settings: these differ between runs of one search
LATE, SPIKES = 0.9, 0.1  # of the run: what is its end; of the points there: as many are taken for single wild ones


@dataclass(frozen=True)
class Sibling:
    """What a run tells the others of its search, small enough to hold by the thousand.

    `search` is what siblings have in common: the parent folder, the tag of the training loss, the optimizer and the batch size, and where
    `means` all settings but the rate and the seed. `first` is the loss at its first finite point, NaN where it has none, `span` the steps
    it was logged over, `lived` whether it ended finite, `end` its last level, NaN where it did not or is too short to tell, and `means`
    whether its points are means of epochs, so that the first is no loss of an untrained model.
    """

    search: tuple
    name: str
    rate: float
    first: float
    span: float
    lived: bool
    end: float
    means: bool = False


def sibling_of(run: Run) -> Sibling | None:
    """What the run tells its siblings, None where that is nothing."""
    loss, hparams = run.signal("train_loss"), run.signal("hparams")
    rate = peak_lr(run.signal("lr"), hparams)
    if loss is None or rate is None or not len(loss) or run.hparams.get(EXCERPT):
        return None
    finite = loss.finite().values
    lived = bool(np.isfinite(loss.values[-1]))
    first = float(finite[0]) if len(finite) else np.nan
    means = len(loss) < ENOUGH or abs(len(loss) - (as_number(hparams, "epochs") or 0)) <= 1
    search = run.path.parent, loss.tag, optimizer_of(hparams), as_number(hparams, "batch_size"), settings(hparams) if means else None
    return Sibling(search, run.name, rate, first, float(np.ptp(loss.steps)), lived, end_of(loss) if lived else np.nan, means)


def settings(hparams: Mapping[str, Any] | None) -> tuple:
    """All that was set but the rate and what makes runs differ by chance or by name, in order."""
    return tuple(sorted((k, str(v)) for k, v in (hparams or {}).items() if k != "lr" and not re.search(VARIES, k)))


def end_of(loss: Scalar) -> float:
    """The mean of the last tenth, without the highest of it: a loss that mostly is nothing and often enormous is not low."""
    s = loss.finite()
    if len(s) < ENOUGH:
        return float(s.values[-1]) if len(s) == len(loss) else np.nan
    late = np.sort(s.between(float(s.steps[0]) + LATE * float(np.ptp(s.steps))).values)
    late = np.sort(s.values[-3:]) if len(late) < 3 else late
    return float(late[: max(1, len(late) - round(SPIKES * len(late)))].mean())
