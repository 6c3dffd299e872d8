"""Settings that say when a training ends need no training: what they would have kept stands on the curves of the training as it is."""

import math

import numpy as np

from advisor.errors import AdvisorError
from advisor.finding import LOUD, Report
from advisor.scalar import Scalar
from probes.trials.score import Score, score
from probes.trying.change import Setting
from probes.trying.outcome import Outcome, Verdict
from probes.trying.seen import Seen, cut_run
from probes.trying.verdict import BAND

NOTE = "Replayed on the curves of {run}, without training: stopped so, it keeps a validation loss of {kept:.4g} in place of {end:.4g}."
ONE = "It is one training, and how its end differs from seed to seed was not tried."
NO_LESS = "{setting} cannot be tried on curves: the training had {now:g}, and what more training buys stands on none of them."


def kept_step(one: Setting, loss: Scalar | None, steps: int, epochs: float | None) -> int:
    """The step whose weights are kept: the last one, or with patience the one of the lowest loss before it ends.

    Parameters
    ----------
    loss : of the validation
    steps, epochs : of the whole training; None where nobody knows

    Raises
    ------
    AdvisorError
        It is no shorter, or nobody can tell.
    """
    if loss is None or len(loss.finite()) < 2:
        raise AdvisorError(f"{one.told} is tried on the curve of a validation loss, and none was seen.")
    if one.name == "patience":
        return with_patience(loss.finite(), int(one.value))
    now = steps if one.name == "max_steps" else epochs
    if not now:
        raise AdvisorError(f"{one.told} cannot be tried, for nobody knows how many epochs there were; --set max_steps=N says it in steps.")
    if one.value >= now:
        raise AdvisorError(NO_LESS.format(setting=one.told, now=now))
    return round(steps * one.value / now)


def stopped(seen: Seen, one: Setting) -> Seen:
    """The training as it would have been kept.

    Raises
    ------
    AdvisorError
        It cannot be told.
    """
    return Seen(seen.training, kept_step(one, seen.curve("val_loss"), seen.steps, seen.training.ended.epochs), stopped=True)


def with_patience(loss: Scalar, patience: int) -> int:
    """The step of the lowest loss before so many in a row were no better than the best."""
    best, at, waited = math.inf, int(loss.steps[0]), 0
    for step, value in zip(loss.steps, loss.values, strict=True):
        best, at, waited = (value, int(step), 0) if value < best else (best, at, waited + 1)
        if waited >= patience:
            break
    return at


def replayed(report: Report, one: Setting, symptom: str, band: float = BAND, epochs: float | None = None) -> Outcome:
    """What this would have kept of the run that was reported on.

    It mends where it keeps more and the part of the run that it keeps has not the symptom. The run had so many `epochs`, else what it says.

    Raises
    ------
    AdvisorError
        It cannot be told.
    """
    import advisor

    loss, known = report.run.signal("val_loss"), epochs or report.run.hparams.get("epochs")
    last = max((int(curve.steps[-1]) for curve in report.run.scalars.values() if len(curve)), default=0)
    at = kept_step(one, loss, last, float(known) if isinstance(known, int | float) else None)
    assert loss is not None
    values, steps = loss.finite().values, loss.finite().steps
    kept = float(np.interp(at, steps, values))
    first = report.run.signal("train_loss")
    start = max(float(values[0]), float(first.values[0]) if first is not None and np.isfinite(first.values[0]) else -math.inf)
    gain = score(float(values[-1]), kept, start, float(values[steps <= at].min(initial=np.inf)))
    left = advisor.diagnose(cut_run(report.run, at), alone=True)[0]
    gone = symptom and not any(found.problem == symptom and found.level in LOUD for found in left.findings)
    verdict: Verdict = "no-difference" if abs(gain) < band else "worse" if gain < 0 else "mended" if gone else "better"
    notes = (NOTE.format(run=report.run.path, kept=kept, end=values[-1]), ONE)
    of = Score(gain, gain, gain, 1, band)
    return Outcome(verdict, (one,), "", report.run.path, score=of, measured_on="validation", symptom=symptom, notes=notes)
