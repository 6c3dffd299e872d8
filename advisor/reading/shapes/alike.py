"""Many lines of one shape, read at once: a column of each number that counts."""

from dataclasses import dataclass

import numpy as np

from advisor.reading.printed.plan import Plan
from advisor.reading.printed.prefix import midnight
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.cells import Cells
from advisor.reading.shapes.templates import Number, Template

COUNTERS_END = 1e15  # no counter goes so far


@dataclass
class Alike:
    """What lines of one plan say: `rows` of their block, and counters and values of shape (n,); None for a counter they have not."""

    plan: Plan
    rows: np.ndarray
    epoch: np.ndarray | None
    step: np.ndarray | None
    total: np.ndarray | None
    values: dict[str, np.ndarray]  # the epoch among them, if there are any
    wall: np.ndarray  # NaN where a line tells no time


def read_alike(template: Template, block: Block, rows: np.ndarray) -> tuple[Alike | None, np.ndarray]:
    """What these rows say, and those of them that are not quite like the template or say nothing: they have to be looked at one by one."""
    cells = Cells(block, template, rows)
    found = _measured(template, cells) if len(cells.rows) else None
    good = _may_count(found) if found else np.zeros(0, bool)
    if found and not good.all():
        cells = Cells(block, template, cells.rows[good])
        found = _measured(template, cells) if good.any() else None
    return found, rows[~np.isin(rows, cells.rows)] if len(cells.rows) < len(rows) else rows[:0]


def _may_count(found: Alike) -> np.ndarray:
    """Whose counters may be counters, shape (n,)."""
    good = np.ones(len(found.rows), bool)
    for count in (found.epoch, found.step):
        good &= count is None or ((count >= 0) & (count < COUNTERS_END))
    return good & (found.step is None or found.step == np.floor(found.step))


def _measured(template: Template, cells: Cells) -> Alike:
    plan, numbers, totals = template.plan, template.numbers, template.totals
    values = {}
    for tag, places, factor in plan.values:
        if len(places) == 1 and totals[places[0]] is None:
            found = cells.floats(numbers[places[0]])
            values[tag] = found if factor == 1.0 else found * factor
        else:
            shares = (cells.floats(numbers[i]) / _divisor(cells, totals[i]) for i in places)
            values[tag] = sum(shares, np.zeros(len(cells.rows))) / len(places) * factor
    epoch = None if plan.epoch is None else cells.floats(numbers[plan.epoch])
    step = None if plan.step is None else cells.floats(numbers[plan.step])
    if values and epoch is not None:
        values["epoch"] = epoch
    total = None if plan.step is None else totals[plan.step]
    return Alike(plan, cells.rows, epoch, step, cells.floats(total) if total else None, values, _wall(template, cells))


def _divisor(cells: Cells, total: Number | None) -> np.ndarray:
    of = cells.floats(total) if total else np.ones(len(cells.rows))
    return np.where(of == 0, 1.0, of)


def _wall(template: Template, cells: Cells) -> np.ndarray:
    """Seconds since 1970 by the date and time of each line, in this machine's time."""
    if not template.clock:
        return np.full(len(cells.rows), np.nan)
    year, month, day, hour, minute, second, *fraction = (cells.integers(run) for run in template.clock)
    date = year * 10_000 + month * 100 + day
    days, which = (date[:1], np.zeros(len(date), int)) if (date == date[0]).all() else np.unique(date, return_inverse=True)
    nights = np.array([midnight(int(one) // 10_000, int(one) // 100 % 100, int(one) % 100) for one in days])
    digits = template.least[template.clock[-1]] if fraction else 0
    return nights[which] + 3600.0 * hour + 60.0 * minute + second + (fraction[0] / 10.0**digits if fraction else 0.0)
