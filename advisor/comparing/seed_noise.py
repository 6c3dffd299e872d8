"""How far runs come apart by their seeds alone: of the groups themselves, and of runs beside them that differ in nothing else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from advisor.comparing.reached import Reached, curve_of, level
from advisor.comparing.settings_apart import settings_apart, settings_of
from advisor.errors import AdvisorError
from advisor.run import Run

LEVEL = 0.95
NEIGHBOURS = 64  # folders beside a run: more are not read


@dataclass(frozen=True)
class Noise:
    """The standard deviation between seeds, as a share of what was learned; `seeds` are the runs it is told by.

    `low` and `high` are where the gain lies at 95 %.
    """

    deviation: float
    low: float
    high: float
    seeds: int


def noise_of(found: Reached, a: Sequence[Run], b: Sequence[Run]) -> Noise | None:
    """Between seeds of the groups, with those beside them; None where no two runs differ by their seeds alone.

    The difference of the means is compared with the pooled variance within the groups: Student's interval, in the units of the gain.

    References
    ----------
    Student, The Probable Error of a Mean (1908). doi:10.1093/biomet/6.1.1
    """
    sides = [beside(found, levels, runs) for levels, runs in ((found.a, a), (found.b, b))]
    free = sum(len(side) - 1 for side in sides if len(side) > 1)
    if not free or not np.isfinite(found.learned) or not np.isfinite(found.gain):
        return None
    from scipy.stats import t

    squares = sum(float(np.sum((side - side.mean()) ** 2)) for side in sides if len(side) > 1)
    deviation = float(np.sqrt(squares / free)) / found.learned
    reach = float(t.ppf((1 + LEVEL) / 2, free)) * deviation * float(np.sqrt(1 / len(found.a) + 1 / len(found.b)))
    return Noise(deviation, found.gain - reach, found.gain + reach, sum(len(side) for side in sides if len(side) > 1))


def beside(found: Reached, levels: Sequence[float], runs: Sequence[Run]) -> np.ndarray:
    """The finite levels of a group and of the runs that stand beside one that is alone and differ from it by the seed, shape (n,)."""
    more = [level(curve.between(last=found.at)) for run in seeds_beside(runs) if (curve := curve_of(run, found.signal)) is not None]
    every = np.array([*levels, *more], float)
    return every[np.isfinite(every)]


def seeds_beside(runs: Sequence[Run]) -> list[Run]:
    """The runs in the same parent folder as one that is alone, whose settings are known and differ by seed or name only."""
    from advisor.reading.runs import list_logs, read_group

    if len(runs) != 1 or not settings_of(runs[0]):
        return []
    with suppress(AdvisorError, OSError):
        units = list_logs(runs[0].path.resolve().parent).groups
        others = [run for unit in units for run in read_group(unit, {})] if len(units) <= NEIGHBOURS else []
        return [run for run in others if run.path.resolve() != runs[0].path.resolve() and only_by_seed(runs[0], run)]
    return []


def only_by_seed(a: Run, b: Run) -> bool:
    """Whether two runs differ in a seed, and in nothing else but names and folders."""
    apart = settings_apart([a], [b])
    return any("seed" in s.hparam.lower() for s in apart) and all(s.by_chance for s in apart)
