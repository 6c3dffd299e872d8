"""Advice that needs no training: what stopping earlier would have kept stands on the curves of the run as it is."""

import math

import numpy as np

from advisor.finding import Change, Report
from probes.trials.score import Score, score
from probes.trying.change import Setting
from probes.trying.outcome import Outcome, Verdict
from probes.trying.verdict import BAND

REPLAYED = ("patience", "epochs", "max_steps")
NOTE = "Replayed on the curves of {run}, without training: stopped so, it keeps a validation loss of {kept:.4g} in place of {end:.4g}."


def replayed(report: Report, change: Change, symptom: str) -> Outcome | None:
    """What this change would have kept of the run; None where it is another one, or no validation loss tells."""
    loss, to = report.run.signal("val_loss"), change.to
    if change.hparam not in REPLAYED or not isinstance(to, int | float) or loss is None or len(loss.finite()) < 2:
        return None
    values, steps = loss.finite().values, loss.finite().steps
    kept = float(with_patience(values, int(to)) if change.hparam == "patience" else ended_at(steps, values, report, change))
    if not math.isfinite(kept):
        return None
    first = report.run.signal("train_loss")
    start = max(float(values[0]), float(first.values[0]) if first is not None and np.isfinite(first.values[0]) else -math.inf)
    gain = score(float(values[-1]), kept, start)
    verdict: Verdict = "mended" if gain > BAND else "better" if gain > 0 else "worse" if gain < -BAND else "no-difference"
    note = NOTE.format(run=report.run.path, kept=kept, end=values[-1])
    of = Score(gain, gain, gain, 1, BAND)
    return Outcome(
        verdict, (Setting(change.hparam, to),), "", report.run.path, score=of, measured_on="validation", symptom=symptom, notes=(note,)
    )


def with_patience(values: np.ndarray, patience: int) -> float:
    """The lowest loss before so many in a row, of losses of shape (n,), were no better than the best."""
    best, waited = math.inf, 0
    for value in values:
        best, waited = (value, 0) if value < best else (best, waited + 1)
        if waited >= patience:
            break
    return best


def ended_at(steps: np.ndarray, values: np.ndarray, report: Report, change: Change) -> float:
    """The loss where a share of the training, new length over old, was done; NaN where the old one is not known."""
    now = change.from_ if change.from_ is not None else report.run.hparams.get(change.hparam)
    if not isinstance(now, int | float) or not isinstance(change.to, int | float) or not 0 < change.to < now:
        return math.nan
    return float(np.interp(steps[-1] * change.to / now, steps, values))
