"""How far to move the learning rate: to what its optimizer usually takes in a training of such length.

The curve says whether the rate is at fault and bounds the answer: a rate that is too high falls to a tenth at least; one too low rises
three times at least, and to where the loss, which falls as the rate does at most, would be lost whole. Where to is for the usual rate and
the number of optimizer steps (advisor/evidence/usual_rates.py); sizes that were fitted to curves did worse than this on trainings left out.
Towards the usual a change goes as far as it must; further only another run, the little that a loss fell, or a probe can lead. Where the
rate itself is unknown, the same bound is a factor. Where the optimizer or the length is unknown, or a rate may be right for a task that
the log does not tell, a change stays within ten times today's, unless the loss hardly moved: then ten times would not do for any task.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from advisor.evidence.learning_rate import nice_rate, peak_lr
from advisor.evidence.optimizer_steps import optimizer_steps
from advisor.evidence.pretrained import begun_from
from advisor.evidence.rates.before_and_after import first_loss, lost_of_start, rate_at_failure
from advisor.evidence.rates.known import MOST, Known
from advisor.evidence.rates.unknown import AROUND, LEAST_UP, moved_unknown
from advisor.evidence.usual_rates import FINE_TUNING, LONG, of_task
from advisor.finding import LOUD, Change, Finding
from advisor.frameworks import optimizer_in
from advisor.run import Run
from advisor.signals.hparams import optimizer_of
from advisor.statistics.training_length import plan
from advisor.tasks import DEFAULT, FINE_TUNED
from advisor.wording import percent

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


def rate_changes(run: Run, sign: int, because: str, finding: Finding) -> Iterator[Change]:
    """The change of the learning rate, upwards (`sign` +1) or downwards (-1): to the best sibling's, else as far as the run itself tells.

    Of what is only noted nothing says that the rate is at fault: a change stays within ten times.

    Where the best sibling learned little and no rate beyond its was tried, the better one lies there: the change goes on to where the run
    alone would lead, if that is further.
    """
    best, size = run.signal("siblings"), size_learning_rate(run, sign)
    size = size if finding.level in LOUD else within_ten_times(size, sign)
    if best is not None and best.lower == (sign < 0):
        if size is None or size.to is None or not best.far_off or sign * (size.to - best.rate) <= 0:
            yield Change("lr", to=best.rate, from_=best.now, interval=best.interval, why=best.why)
            return
        span = min(best.rate, size.interval[0]), max(best.rate, size.interval[1])
        yield Change("lr", to=size.to, from_=best.now, interval=span, why=f"{best.why_further}; {size.why}")
    elif size is not None:
        yield Change("lr", to=size.to, by=size.by, from_=size.now, interval=size.interval, why=f"{because}; {size.why}")


def size_learning_rate(run: Run, sign: int) -> Size | None:
    """The change of the learning rate that is likeliest to mend the run; `sign` is -1 for a rate that must fall, +1 for one that must rise.

    None where the rate is at or above what is usual already and would have to rise: nothing in a log tells how far; and where it would have
    to fall though the loss was lost for another reason.
    """
    loss, hparams = run.signal("train_loss"), run.signal("hparams")
    rate = rate_at_failure(run) if sign < 0 else peak_lr(run.signal("lr"), hparams)
    if rate is None:
        by, interval, why = moved_unknown(loss, sign)
        return Size(None, None, by, interval, f"{why}no rate was logged, so only the direction can be told: {PROBE}")
    lost, at_once = bool(len(loss)) and not np.isfinite(loss.values[-1]), not np.isfinite(loss.values[:1]).all()
    epochs = plan(loss, run.signal("epoch"), hparams).epochs
    optimizer = optimizer_in(run.signal("framework") or "", hparams)
    start = first_loss(loss, run.signal("val_loss"), run.signal("lr"), hparams, sign)
    within = of_task(run.signal("task"), optimizer, hparams, start)
    if within is None and sign > 0:
        optimizer = optimizer_of(hparams)  # what a framework takes by itself leads up to no task's rate but a known one's
    steps, trained, fall = optimizer_steps(loss, run.signal("epoch"), hparams), bool(begun_from(hparams)), lost_of_start(loss)
    named = (task := run.signal("task")) is not None and task.name not in (DEFAULT, FINE_TUNED)
    found = target(Known(rate, sign, optimizer, steps, epochs, lost, start, trained, within, fall, at_once, named))
    if found is None:
        return None
    to, why = found
    return Size(peak_lr(run.signal("lr"), hparams), to, None, around(to, rate, sign), why)


def within_ten_times(size: Size | None, sign: int) -> Size | None:
    """The same change, or ten times today's rate where it would go further."""
    if size is None or size.now is None or size.to is None or 1 / MOST <= size.to / size.now <= MOST:
        return size
    to = moved(size.now, MOST**sign)
    factor = "ten times" if sign > 0 else "a tenth of"
    return Size(size.now, to, None, around(to, size.now, sign), f"{factor} today's and no further, for this is only noted; {PROBE}")


def target(known: Known) -> tuple[float, str] | None:
    """The new rate and the reason for it; None where there is none to be told."""
    if known.never_at_fault:
        return None
    if known.usual is None:
        return without_usual(known)
    return lowered(known, known.usual) if known.sign < 0 else raised(known, known.usual)


def lowered(known: Known, usual: float) -> tuple[float, str]:
    """Down to the usual, and to a tenth at least."""
    if usual >= known.rate / MOST:
        now = nice_rate(known.rate)
        side = "is" if now == nice_rate(usual) else "lies below" if now < usual else "lies above"
        return moved(known.rate, 1 / MOST), f"a tenth of today's, which {side} {words(known, usual)}; {PROBE}"
    if known.some_task_uses_it:
        return moved(known.rate, 1 / MOST), f"a tenth of today's, towards {words(known, usual)}; {PROBE}"
    return nice_rate(usual), f"this is {words(known, usual)}"


def raised(known: Known, usual: float) -> tuple[float, str] | None:
    """Up to the usual, and three times at least; not from above it."""
    if known.rate >= usual:
        return None
    most = moved(known.rate, MOST) if known.some_task_uses_it and (known.pretrained or not known.hardly_moved) else np.inf
    if usual > most:
        return moved(known.rate, MOST), f"ten times today's, towards {words(known, usual)}; fine-tuning wants less, and {PROBE}"
    reach = 0.0 if known.within or known.pretrained else min(known.reach, most)
    if max(known.rate * LEAST_UP, reach) < usual:
        far = f"ten times today's could bring ten times the {percent(known.fall or 0.0)} that the loss lost, at most; "
        return min(nice_rate(usual), most), far * (known.some_task_uses_it and known.rate * MOST < usual) + f"this is {words(known, usual)}"
    if known.rate * LEAST_UP < reach:
        lost = f"a loss falls as the rate at most, and this one fell {percent(known.fall or 0.0)}"
        return min(nice_rate(reach), most), f"{lost}; it is more than {words(known, usual)}, so {PROBE}"
    return moved(known.rate, LEAST_UP), f"three times today's, which lies just below {words(known, usual)}"


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
