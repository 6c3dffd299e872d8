"""What the advisor says of labelled runs, set against what is known of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.calibrate.labelled import HEALTHY, HIGH, LOW, MUCH, Labelled
from advisor.evidence.usual_rates import USUAL
from advisor.finding import LOUD, Finding, Report
from advisor.judging import engine, rules
from advisor.judging.weighing import UNDECIDED
from advisor.signals.hparams import optimizer_of

OVERFITTING = "overfitting"


@dataclass(frozen=True)
class Claim:
    """One loud finding: how sure it was (as its rule says, and calibrated), whether it was right, and its causes' probabilities."""

    problem: str
    raw: float
    confidence: float
    right: bool
    causes: tuple[tuple[str, float], ...]
    asks: bool = False  # it names what to log to decide


@dataclass(frozen=True, eq=False)
class Judged:
    """A labelled run and what was said of it; `lr` is the rate that the first learning-rate change names."""

    labelled: Labelled
    claims: tuple[Claim, ...]
    lr: float | None
    only_noted: bool = False  # only a note was made, and it names what to log
    cannot_tell: bool = False  # the verdict was that nobody can tell

    @property
    def outcome(self) -> str:
        """What came of a planted fault.

        "right", "third" (among the first three), "asks" (undecided, and says what to log), "another", "note", "cannot tell" or "nothing".
        """
        causes = next((s.causes for s in self.claims if s.causes), ())
        if self.first == self.labelled.fault:
            return "right"
        if self.claims:
            third = self.labelled.fault in [cause for s in self.claims for cause, _ in s.causes[:3]]
            undecided = not causes or causes[0][1] < UNDECIDED
            return "third" if third else "asks" if undecided and any(s.asks for s in self.claims) else "another"
        return "cannot tell" if self.cannot_tell else "note" if self.only_noted else "nothing"

    @property
    def first(self) -> str:
        """The first cause of the most important finding."""
        return next((s.causes[0][0] for s in self.claims if s.causes), "")


def judged(known: Labelled) -> Judged:
    """The run diagnosed by the table in use: a claim for each error and warning, and the rate that the first change of it names."""
    report = engine.diagnose(known.run)
    loud = [f for f in report.findings if f.level in LOUD]
    noted = not loud and any(f.missing or f.causes for f in report.findings)
    return Judged(known, tuple(claim(f, known) for f in loud), advised(report, known.lr), noted, report.verdict == "cannot-tell")


def claim(finding: Finding, known: Labelled) -> Claim:
    """A finding held against what is known of its run; `raw` is how sure its rule was of the first thing it found, before calibration."""
    rule = next(rule for rule in rules.problems() if rule.name == finding.problem)
    raw = next((f.confidence for f in rule.function(**rule.signals(known.run))), finding.confidence)
    causes = tuple((c.cause, c.probability) for c in finding.causes)
    return Claim(finding.problem, raw, finding.confidence, right(finding.problem, known), causes, bool(finding.missing))


def right(problem: str, known: Labelled) -> bool:
    """Whether something was wrong: a fault did harm; or, of overfitting, the validation loss was measured to rise."""
    return known.overfits if problem == OVERFITTING else known.fault not in ("", HEALTHY)


def advised(report: Report, now: float) -> float | None:
    """The learning rate that the first change of it in an error or warning names, or makes of today's, `now`; None where there is none."""
    for f in report.findings:
        for c in f.causes if f.level in LOUD else ():
            for change in c.changes:
                if change.hparam == "lr":
                    return float(change.to) if isinstance(change.to, int | float) else now * change.by if change.by else None
    return None


def repaired(item: Judged) -> bool:
    """Whether a run at the advised rate would have made most of the best progress; DeepOBS's rates are so close that the nearest tells."""
    sweep, rate = item.labelled.sweep, item.lr
    if sweep is None or rate is None or rate <= 0:
        return False
    if item.labelled.source == "DeepOBS":
        return bool(sweep.progress[np.abs(np.log(sweep.rates / rate)).argmin()] >= MUCH)
    return sweep.good(rate)


def directions(items: Iterable[Judged]) -> dict[tuple[str, str], Counter]:
    """By source and label, of runs whose learning rate was wrong: how many, alarmed, named right first, named wrong first, repaired."""
    found: dict[tuple[str, str], Counter] = {}
    for item in items:
        if item.labelled.fault in (HIGH, LOW) and item.labelled.sweep is not None:
            count = found.setdefault((item.labelled.source, item.labelled.label), Counter())
            other = LOW if item.labelled.fault == HIGH else HIGH
            right_first, wrong_first = item.first == item.labelled.fault, item.first == other
            count.update(runs=1, alarm=int(bool(item.claims)), right=int(right_first), wrong=int(wrong_first), repaired=int(repaired(item)))
    return found


def false_alarms(items: Iterable[Judged]) -> dict[str, Counter]:
    """By source, of healthy runs: how many, with any loud finding, with one beyond overfitting, and of which problems those are."""
    found: dict[str, Counter] = {}
    for item in items:
        if item.labelled.fault == HEALTHY:
            loud = {s.problem for s in item.claims}
            count = found.setdefault(item.labelled.source, Counter())
            count.update(runs=1, alarm=int(bool(loud)), beyond=int(bool(loud - {OVERFITTING})))
            count.update(loud - {OVERFITTING})
    return found


def confusion(items: Iterable[Judged]) -> dict[str, Counter]:
    """By planted fault: how often each cause came first, "" where nothing was said."""
    found: dict[str, Counter] = {}
    for item in items:
        if item.labelled.fault not in ("", HEALTHY):
            found.setdefault(item.labelled.fault, Counter())[item.first] += 1
    return found


def first_causes(items: Iterable[Judged]) -> list[tuple[float, bool]]:
    """Of findings that are right in runs of a known fault: the first cause's probability, and whether it was the fault."""
    return [
        (s.causes[0][1], s.causes[0][0] == item.labelled.fault)
        for item in items
        if item.labelled.fault not in ("", HEALTHY)
        for s in item.claims
        if s.causes and s.right
    ]


def outcomes(items: Iterable[Judged]) -> dict[str, Counter]:
    """By planted fault: how often each outcome came."""
    found: dict[str, Counter] = {}
    for item in items:
        if item.labelled.fault not in ("", HEALTHY):
            found.setdefault(item.labelled.fault, Counter())[item.outcome] += 1
    return found


def by_default(items: Iterable[Judged]) -> dict[tuple[str, str], int]:
    """By source and label, of runs whose learning rate was wrong: how many the optimizer's folk default alone would have repaired."""
    found: dict[tuple[str, str], int] = Counter()
    for item in items:
        if item.labelled.fault in (HIGH, LOW) and item.labelled.sweep is not None:
            usual = USUAL.get(optimizer_of(item.labelled.run.signal("hparams")) or item.labelled.optimizer)
            found[item.labelled.source, item.labelled.label] += int(repaired(replace(item, lr=usual.rate if usual else None)))
    return found


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability said, share that was true, and number, of equal spans of probability that hold any."""
    said, true = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs], float)
    which = np.minimum((said * bins).astype(int), bins - 1)
    filled = [which == i for i in range(bins) if (which == i).any()]
    return [(float(said[inside].mean()), float(true[inside].mean()), int(inside.sum())) for inside in filled]
