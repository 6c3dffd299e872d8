"""One table of weights from labelled runs, and the same by cross-validation: judging each task by a table that never saw it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.model_selection import GroupKFold

from advisor.calibrate import cause_weights, confidences, probabilities, votes
from advisor.calibrate.cause_weights import Case
from advisor.calibrate.judged import Judged, judged
from advisor.calibrate.labelled import Labelled
from advisor.calibrate.odds import Line
from advisor.evidence import siblings, weights

FOLDS = 6  # of the corpus's tasks; of other sources each task is a fold


@dataclass(frozen=True, eq=False)
class Material:
    """Labelled runs and what is fitted on: computed once, then taken apart by task."""

    runs: Sequence[Labelled]
    cases: Sequence[Case]
    by_hand: Sequence[Judged]

    def only(self, tasks: set[str], inside: bool = True) -> "Material":
        """What is of these tasks, or of all others."""
        return Material(
            [r for r in self.runs if (r.task in tasks) == inside],
            [c for c in self.cases if (c.task in tasks) == inside],
            [j for j in self.by_hand if (j.labelled.task in tasks) == inside],
        )


def material(runs: Sequence[Labelled]) -> Material:
    """What is fitted on: cases of the runs and of the causes' own examples, and every run judged by numbers set by hand."""
    with weights.using({}):
        cases = cause_weights.cases([*runs, *cause_weights.examples()])
        return Material(runs, cases, [judged(r) for r in runs])


def table(known: Material, probability: Line | None = None) -> dict[str, Any]:
    """The numbers of weights.toml."""
    causes = cause_weights.tables(cause_weights.fitted(known.cases), known.cases)
    said = votes.of_findings(known.by_hand)
    problems = confidences.table(confidences.a_curve(said), said)
    return ({"probability": probabilities.table(probability)} if probability else {}) | {"problems": problems, "causes": causes}


def folds(runs: Sequence[Labelled]) -> list[set[str]]:
    """Sets of tasks to be held out in turn."""
    mine = sorted({r.task for r in runs if r.source in ("corpus", "sweep")})
    others = sorted({r.task for r in runs} - set(mine))
    split = GroupKFold(min(FOLDS, len(mine))).split(mine, groups=mine) if len(mine) > 1 else []
    return [{mine[i] for i in held} for _, held in split] + [{task} for task in others]


@dataclass(frozen=True, eq=False)
class Validated:
    """Every run judged by a table fitted without its task.

    `alone` are all runs, each by itself; `together` those of searches, with their siblings; `probability` is the curve that tells
    how probable first causes are.
    """

    alone: Sequence[Judged]
    together: Sequence[Judged]
    probability: Line


def validated(known: Material, progress: Callable[[str], None] = print) -> Validated:
    """Hold out each fold in turn, and judge its runs by a table fitted on the others; `progress` is given a line as each is done.

    The probabilities in `alone` are corrected as well, by a curve drawn from the other folds.
    """
    alone: list[list[Judged]] = []
    together: list[Judged] = []
    for held in folds(known.runs):
        fitted, rest = table(known.only(held, inside=False)), known.only(held)
        with weights.using(fitted):
            alone.append([judged(r) for r in rest.runs])
            together += acquainted(rest.runs)
        progress(f"held out {', '.join(sorted(held))}: {len(rest.runs)} runs judged")
    said = [probabilities.recalibrated(part, drawn(j for other in alone if other is not part for j in other)) for part in alone]
    return Validated([j for part in said for j in part], together, drawn(j for part in alone for j in part))


def drawn(items: Iterable[Judged]) -> Line:
    """The curve of the first causes' probabilities in these runs."""
    return probabilities.a_curve(votes.of_first_causes(items))


def acquainted(runs: Sequence[Labelled]) -> list[Judged]:
    """The runs of searches, judged with their siblings in view."""
    searched = [r for r in runs if r.sweep is not None]
    siblings.attach_siblings(r.run for r in searched)
    try:
        return [judged(r) for r in searched]
    finally:
        for r in searched:
            r.run.signals.pop("siblings", None)
