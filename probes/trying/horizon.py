"""After how many steps the trainings of a pair end: what the symptom takes to show, and no more."""

from advisor.finding import Report

SHORT = ("exploding-loss", "hidden-nan", "crash", "out-of-memory")  # seen where they set in
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
