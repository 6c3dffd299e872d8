"""From the options of `advisor try` to what is asked for."""

import math
from dataclasses import dataclass, replace

import numpy as np

from advisor.coverage.progress import steps_per_point
from advisor.errors import AdvisorError
from advisor.finding import LOUD, Report
from probes.observing.recorder import COLUMNS
from probes.probing.scope import seconds
from probes.trials.sequential_test import LEVEL
from probes.trying.horizon import DELAYED, horizon
from probes.trying.seen import forms
from probes.trying.verdict import BAND, FINE

FEWEST = 3  # points that tell their spacing


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes
    ----------
    steps : int or None
        Optimizer steps of each training as it is; None for what the symptom takes, or the script's own end.
    pairs : int
        At most.
    seconds : float
        For everything together.
    symptoms : tuple of str
        The problem that is to be gone, then those that are the same sickness; empty for whatever the training as it is has.
    planned : int or None
        Steps of the whole training, where a run told them.
    brief : bool
        Whether `steps` end soon after the symptom sets in: one changed training then has to show that it does not set in later.
    asked : bool
        Whether `steps` were asked for: then no training goes beyond them.
    to_mend : bool
        Whether a change that cannot mend any more is left for the next one, whatever else it does.
    report : Report or None
        On the run that was named.
    """

    steps: int | None = None
    pairs: int = 8
    seconds: float = math.inf
    band: float = BAND
    level: float = LEVEL
    seed: int = 0
    symptoms: tuple[str, ...] = ()
    planned: int | None = None
    brief: bool = False
    asked: bool = False
    to_mend: bool = False
    report: Report | None = None


def plan_of(run: str | None, pairs: int, budget: str | None, steps: int | None, fine: bool, seed: int) -> Plan:
    """What is asked for; a `run` of the script as it is names the symptom and tells how long it trains.

    Raises
    ------
    AdvisorError
        The budget is no time, or the run cannot be read, or nothing is wrong with it.
    """
    plan = Plan(steps, pairs, math.inf if budget is None else seconds(budget), FINE if fine else BAND, seed=seed, asked=steps is not None)
    if run is None:
        return plan
    import advisor

    report = chosen(advisor.diagnose(run, alone=True), run)
    symptom = next((finding.problem for finding in report.findings if finding.level in LOUD), "")
    if not symptom:
        raise AdvisorError(
            f"nothing is wrong with {run} that a change could mend ({report.verdict}); leave --run out to compare all the same."
        )
    planned = length(report)
    if steps is None and planned:
        plan = replace(plan, steps=horizon(report, symptom, planned), brief=symptom in DELAYED)
    return replace(plan, symptoms=forms(report, symptom), planned=planned, report=report)


def chosen(reports: list[Report], run: str) -> Report:
    """The only one.

    Raises
    ------
    AdvisorError
        There are several.
    """
    if len(reports) != 1:
        raise AdvisorError(f"{run} holds {len(reports)} runs; name the one whose symptom is to be gone.")
    return reports[0]


def length(report: Report) -> int | None:
    """Optimizer steps of the whole run; None where its log counts something else, or nobody knows what."""
    loss = report.run.signal("train_loss")
    if loss is None or len(loss) < FEWEST:
        return None
    counted, ours = float(np.median(np.diff(loss.steps))), all(tag in report.run.scalars for tag in COLUMNS)
    return int(loss.steps[-1]) if ours or steps_per_point(report.run) == counted else None
