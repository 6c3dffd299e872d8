"""How far to move the learning rate: to what its optimizer usually takes in a training of such length.

The curve says whether the rate is at fault and bounds the answer: a rate that is too high falls to a tenth at least, one too low rises
three times at least. Where to is for the usual rate and the number of optimizer steps (advisor/evidence/usual_rates.py); sizes that were
fitted to curves did worse than this on trainings left out. Towards the usual a change goes as far as it must; beyond it only another run
or a probe can lead. Where the optimizer or the length is unknown, or a rate may be right for a task that the log does not tell, a change
stays within ten times today's.
"""

from dataclasses import dataclass

import numpy as np

from advisor.evidence.learning_rate import nice_rate, peak_lr
from advisor.evidence.optimizer_steps import optimizer_steps
from advisor.evidence.pretrained import begun_from
from advisor.evidence.rates.before_and_after import first_loss, lost_of_start, rate_at_failure
from advisor.evidence.usual_rates import FINE_TUNING, LONG, SHORT, USUAL, TaskRates, of_task, usual_rate
from advisor.frameworks import optimizer_in
from advisor.run import Run
from advisor.signals.hparams import ADAPTIVE, optimizer_of
from advisor.statistics.training_length import plan
from advisor.wording import percent

MOST = 10.0  # times: as far as a change goes where something it rests on is unknown
LEAST_UP = 3.0  # times: what lies nearer is no other rate to a training that hardly moved
AROUND = 3.0  # times: as far on either side a good rate may lie
FEW, AN_EPOCH = 30, 100  # epochs; optimizer steps: the fewer epochs, the more steps are in each
FINE_TUNED = 10  # passes over the data: fine-tuning, which is done at low rates, takes two to four where nothing tells of it
PLAINLY = 0.3  # of its start: what a loss lost that has begun to fall
LARGE = 10.0  # of a loss: an average over examples does not start above it, were there 20,000 classes
ADAM = ("Adam", "AdamW", "RMSprop")
LOSS, LOST = 2.3, 1_000.0  # what an average starts at, and above what a loss is rather lost already than large
ANY = 1e-3  # the usual of the Adam family; of nearly all others it is higher
PROBE = "advisor probe measures the rest"


@dataclass(frozen=True)
class Size:
    """The new rate, or the factor where today's (`now`) is unknown; the range worth trying; and why."""

    now: float | None
    to: float | None
    by: float | None
    interval: tuple[float, float]
    why: str


@dataclass(frozen=True)
class Known:
    """What a change is sized from: the rate that was borne or not, and what is known of the training; None where it is not."""

    rate: float
    sign: int
    optimizer: str | None = None
    steps: float | None = None
    epochs: float | None = None
    lost: bool = False
    start: float | None = None
    pretrained: bool = False
    within: TaskRates | None = None
    fall: float | None = None

    @property
    def guessed_steps(self) -> float | None:
        """The optimizer steps that so many epochs usually are, where their number is known and that of the steps is not."""
        if self.steps is not None or not self.epochs:
            return None
        return SHORT if self.epochs <= FEW else self.epochs * AN_EPOCH

    @property
    def hardly_moved(self) -> bool:
        """Whether ten times the rate would not do either: at small rates a loss falls as the rate, at most."""
        return self.fall is not None and MOST * self.fall < PLAINLY

    @property
    def usual(self) -> float | None:
        """The usual rate of this optimizer and length; of an unknown length the one that people begin with.

        Where the step is the gradient times the rate, a large loss wants less. The gradient of a sum grows as the sum does, that of a
        square as its root: the root of the loss is not too much for either. A task that has rates of its own keeps it within them.
        """
        if self.within is not None:
            return self.within.near(self.by_length if self.optimizer and self.steps else None)
        if self.optimizer is None:
            return None
        return FINE_TUNING if self.fine_tuning else self.by_length

    @property
    def by_length(self) -> float:
        """The usual rate of this optimizer, which is known, in a training of this length and of a loss of this size."""
        known, steps = self.optimizer or "", self.steps or self.guessed_steps
        lost = bool(self.steps and self.lost and self.sign < 0)
        rate = USUAL[known].rate if steps is None else usual_rate(known, steps, lost)
        return rate / np.sqrt(min(self.start or 0.0, LOST) / LOSS) if self.large else rate

    @property
    def fine_tuning(self) -> bool:
        """Whether weights that were trained before are trained on by an optimizer whose rate for that is known."""
        return self.pretrained and self.optimizer in ADAM

    @property
    def large(self) -> bool:
        """Whether the loss is so large that the rate of an optimizer that goes by the gradient's size must be smaller for it."""
        return self.start is not None and self.start > LARGE and self.optimizer not in ADAPTIVE

    @property
    def some_task_uses_it(self) -> bool:
        """Whether today's rate may be right for a task that the log does not tell."""
        used = USUAL[self.optimizer].used if self.optimizer else None
        within = self.within is None and (used is None or used[0] < self.rate < used[1])
        if self.steps is None or self.pretrained:
            return within
        return within and self.sign > 0 and not (self.epochs and self.epochs > FINE_TUNED)


def size_learning_rate(run: Run, sign: int) -> Size | None:
    """The change of the learning rate that is likeliest to mend the run; `sign` is -1 for a rate that must fall, +1 for one that must rise.

    None where the rate is at or above what is usual already and would have to rise: nothing in a log tells how far.
    """
    loss, hparams = run.signal("train_loss"), run.signal("hparams")
    rate = rate_at_failure(run) if sign < 0 else peak_lr(run.signal("lr"), hparams)
    if rate is None:
        by = MOST**sign
        why = f"no rate was logged, so only the direction is sure: {PROBE}"
        return Size(None, None, by, (min(by, AROUND**sign), max(by, AROUND**sign)), why)
    lost = bool(len(loss)) and not np.isfinite(loss.values[-1])
    epochs = plan(loss, run.signal("epoch"), hparams).epochs
    optimizer, start = optimizer_in(run.signal("framework") or "", hparams), first_loss(run, sign)
    within = of_task(run.signal("task"), optimizer, hparams, start)
    if within is None and sign > 0:
        optimizer = optimizer_of(hparams)  # what a framework takes by itself leads up to no task's rate but a known one's
    pretrained, fall = bool(begun_from(hparams)), lost_of_start(loss)
    found = target(Known(rate, sign, optimizer, optimizer_steps(run), epochs, lost, start, pretrained, within, fall))
    if found is None:
        return None
    to, why = found
    return Size(peak_lr(run.signal("lr"), hparams), to, None, around(to, rate, sign), why)


def target(known: Known) -> tuple[float, str] | None:
    """The new rate and the reason for it."""
    if known.usual is None:
        return without_usual(known)
    return lowered(known, known.usual) if known.sign < 0 else raised(known, known.usual)


def lowered(known: Known, usual: float) -> tuple[float, str]:
    """Down to the usual, and to a tenth at least."""
    if usual >= known.rate / MOST:
        side = "below" if known.rate < usual else "above"
        return moved(known.rate, 1 / MOST), f"a tenth of today's, which lies {side} {words(known, usual)}; {PROBE}"
    if known.some_task_uses_it:
        return moved(known.rate, 1 / MOST), f"a tenth of today's, towards {words(known, usual)}; {PROBE}"
    return nice_rate(usual), f"this is {words(known, usual)}"


def raised(known: Known, usual: float) -> tuple[float, str] | None:
    """Up to the usual, and three times at least; not from above it."""
    if known.rate >= usual:
        return None
    if known.rate * LEAST_UP >= usual:
        return moved(known.rate, LEAST_UP), f"three times today's, which lies just below {words(known, usual)}"
    if known.rate * MOST < usual and known.some_task_uses_it and known.hardly_moved and not known.fine_tuning:
        to = min(usual, USUAL[known.optimizer or ""].rate)
        moved_by = f"ten times today's could bring ten times the {percent(known.fall or 0.0)} that the loss lost, at most"
        return max(nice_rate(to), moved(known.rate, MOST)), f"{moved_by}; {nice_rate(to):g} is what {known.optimizer} usually starts from"
    if known.rate * MOST < usual and known.some_task_uses_it:
        return moved(known.rate, MOST), f"ten times today's, towards {words(known, usual)}; fine-tuning wants less, and {PROBE}"
    return nice_rate(usual), f"this is {words(known, usual)}"


def without_usual(known: Known) -> tuple[float, str] | None:
    """A bounded move where nobody knows what is usual; none up where weights that were trained before are trained on fast enough."""
    if known.pretrained and known.sign > 0 and known.rate >= FINE_TUNING:
        return None
    up = MOST if known.rate * MOST <= ANY else LEAST_UP
    by = 1 / MOST if known.sign < 0 else up
    factor = "a tenth of" if known.sign < 0 else "ten times" if up == MOST else "three times"
    return moved(known.rate, by), f"{factor} today's; which optimizer it is for was not logged or is not known, so {PROBE}"


def words(known: Known, usual: float) -> str:
    """What the usual rate is usual of."""
    if known.within is not None:
        return f"the {nice_rate(usual):g} that {known.within.of} usually starts from"
    if known.fine_tuning:
        return f"the {FINE_TUNING:g} that fine-tuning with {known.optimizer} usually starts from"
    if known.guessed_steps:
        guess = f"in some {known.guessed_steps:,.0f} steps, which {known.epochs:g} epochs may be; how many they were was not logged"
        return f"the {nice_rate(usual):g} that {known.optimizer} usually wants {guess}"
    if known.steps is None:
        return f"the {nice_rate(usual):g} that {known.optimizer} usually starts from; how many optimizer steps were taken was not logged"
    lost = " after NaN" if known.lost and known.sign < 0 and known.steps > LONG else ""
    loss = f" of a loss that starts at {known.start:.3g}" if known.large else ""
    return f"the {nice_rate(usual):g} that {known.optimizer} usually wants in {known.steps:,.0f} steps{loss}{lost}"


def around(to: float, rate: float, sign: int) -> tuple[float, float]:
    """The range worth trying, on one side of today's rate."""
    low, high = nice_rate(to / AROUND), nice_rate(to * AROUND)
    return (min(low, to), max(to, min(high, moved(rate, 0.5)))) if sign < 0 else (min(to, max(low, moved(rate, 2.0))), max(high, to))


def moved(rate: float, by: float) -> float:
    """The rate times `by` as people would write it, to two digits: rounded towards the rate, so that it is never moved further."""
    unit = 10.0 ** (np.floor(np.log10(rate * by)) - 1)
    whole = np.round(rate * by / unit, 6)
    return float(f"{(np.ceil(whole) if by < 1 else np.floor(whole)) * unit:.2g}")
