"""After how many steps the trainings of a pair end: what the symptom takes to show, and no more."""

from collections.abc import Sequence

from advisor.finding import Report
from probes.trying.change import Setting
from probes.trying.seen import Seen

SHORT = ("exploding-loss", "hidden-nan", "crash", "out-of-memory")  # seen where they set in
DELAYED = ("exploding-loss", "hidden-nan")  # of these, such as a change may only put off
AFTER_ONSET = 1.5
EARLY = ("loss-not-decreasing", "slow-convergence", "wrong-initial-loss", "dead-units", "unscaled-inputs", "badly-scaled-inputs")
PART = 0.3  # of the planned steps: of repairs judged so early, 0.6 % turn
LEAST = 100  # steps


def horizon(report: Report, symptom: str, planned: int) -> int:
    """Optimizer steps of each training; everything but what shows early is compared at its end."""
    if symptom in SHORT:
        finding = next((one for one in report.findings if one.problem == symptom), None)
        onset = max((fact.last_step for fact in finding.evidence), default=0) if finding is not None else 0
        return min(planned, max(LEAST, round(AFTER_ONSET * onset))) if onset else planned
    return min(planned, max(LEAST, round(PART * planned))) if symptom in EARLY else planned


def validated(seen: Seen, steps: int) -> int:
    """The step of the first validation from here on, so that there is one to compare."""
    validation = seen.curve("val_loss")
    later = [] if validation is None else [int(step) for step in validation.steps if step >= steps]
    return later[0] if later else steps


def equal_data(steps: int | None, seen: Seen, settings: Sequence[Setting]) -> int | None:
    """Steps of a changed training: with another batch size as many as read as many examples as the one that was `seen` in its steps."""
    to = next((one.value for one in settings if one.name == "batch_size" and not one.argument), None)
    own = None if seen.report is None else seen.report.run.hparams.get("batch_size")
    return steps if steps is None or not to or not own else max(1, round(steps * float(own) / to))
