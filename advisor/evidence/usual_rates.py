"""What learning rate is usual of an optimizer: in one table where no task is known, a row an optimizer, a column a use; else by the task.

The columns differ because they answer different questions:

- `rate` is the one number that people begin with: on which side of it a wrong rate lies is the direction, and a change is sized from it.
- `band` is where trainings that work are found, the guide's starting values and the tuned rates of published benchmarks together; with
  momentum 0.9 a step acts ten times. It is wide, for a rate inside it must not be called unusual.
- `used` is what some task uses, fine-tuning as well as small networks from scratch, and a decade around: a rate inside it may be right for
  a task that the log does not tell, one outside is right for none.

Optimizers that choose their own steps (Prodigy, D-Adaptation), average their weights (schedule-free) or are run in two conventions far
apart (Muon) have no row: what is usual of them is said not to be known.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.signals.hparams import ADAPTIVE
from advisor.tasks import Task, rates_of


class UsualRate(NamedTuple):
    """Learning rates of one optimizer; None where nobody gathered them."""

    rate: float
    band: tuple[float, float] | None = None
    used: tuple[float, float] | None = None


BY_ADAM = (1e-6, 1e-2)
USUAL = {
    "SGD": UsualRate(0.1, (0.01, 0.1), (1e-3, 1.0)),
    "SGD with momentum": UsualRate(0.01, (0.001, 0.1), (1e-4, 0.3)),
    "Adam": UsualRate(1e-3, (3e-4, 3e-3), BY_ADAM),  # and its like: NAdam, RAdam, Adamax, SparseAdam
    "AdamW": UsualRate(1e-3, (1e-4, 3e-3), BY_ADAM),
    "RMSprop": UsualRate(1e-3, (1e-4, 3e-3), BY_ADAM),
    "Adafactor": UsualRate(1e-3, None, BY_ADAM),
    "Adagrad": UsualRate(1e-2, (1e-2, 0.1), (1e-3, 0.3)),
    "Adadelta": UsualRate(1.0),
    "Lion": UsualRate(1e-4, (3e-5, 3e-4), (1e-7, 1e-3)),  # a third to a tenth of AdamW's
}
BANDS = {name: usual.band for name, usual in USUAL.items() if usual.band is not None}
AROUND = 3.0  # times: as far outside of what a task usually starts from a rate is not unusual yet
FINE_TUNING = 3e-5  # of the Adam family: 2e-5 to 5e-5 are usual for language models, 1e-5 to 1e-4 for others
SHORT, LONG = 1_000, 10_000  # optimizer steps


class TaskRates(NamedTuple):
    """Between which learning rates the trainings of a task usually start, and what they are usual of."""

    low: float
    high: float
    of: str

    def near(self, rate: float | None) -> float:
        """The rate of these that is nearest to one, and the middle where there is none."""
        return (self.low * self.high) ** 0.5 if rate is None else min(max(rate, self.low), self.high)


def of_task(task: Task | None, optimizer: str | None, hparams: Mapping[str, Any] | None, start: float | None = None) -> TaskRates | None:
    """The usual rates of this task with this optimizer; None where it has none of its own. `start` is the first loss, where it is known."""
    rates = {} if task is None else rates_of(task, hparams or {}, start)
    found = rates.get(optimizer or "", rates.get(""))
    return None if found is None or task is None else TaskRates(*found, task.words + f" with {optimizer}" * bool(optimizer))


def band(task: Task | None, optimizer: str | None, hparams: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Where the rates lie of trainings that work, of this task where it has some of its own; None where nobody gathered them."""
    if (rates := of_task(task, optimizer, hparams)) is not None:
        return rates.low / AROUND, rates.high * AROUND
    return BANDS.get(optimizer or "")


def usual_rate(optimizer: str, steps: float, lost: bool = False) -> float:
    """The learning rate that is usual of an optimizer in a training of so many steps; `lost` where it has ended as NaN before.

    Four times the one that people begin with in a thousand steps: in sweeps of small trainings the best rates lay at three to seven
    times it, in the median. Beyond that it falls as the root of the steps, as the best constant rate does where the noise of minibatches
    is the limit; but not below two thirds, for what people begin with are the rates of long trainings. Of a long one that was lost it is
    a fifth of that: what bears the first thousand steps need not bear a hundred thousand.

    In fewer than a thousand an adaptive optimizer, of which each step is as long as the rate, must go its way in fewer steps: the same
    root goes on, to the end of what any task uses. Where the step is the gradient times the rate, the curvature is the limit, however few.

    On DeepOBS, were each run's fault known, this mends 143 of 151 runs that were too high, 178 of 222 that were lost and 51 of 54 that were
    too low; three times that falls as the fourth root mends 136, 178 and 41. Two thirds lie in the middle of what does as well, .6 to .75;
    with none, long trainings of recurrent nets want more than they are given. Of the faulty runs of 42 sweeps by adaptive optimizers, most
    of 50 to 1,000 steps, the root below a thousand mends 171 of 213, four times for all of them 156.
    """
    usual = USUAL[optimizer]
    times = max(4 * (SHORT / max(steps, 1)) ** 0.5, 2 / 3)
    if steps < SHORT:
        most = max(4 * usual.rate, usual.used[1] if usual.used and optimizer in ADAPTIVE else 0.0)
        return min(times * usual.rate, most)
    return times * usual.rate / (5 if lost and steps > LONG else 1)
