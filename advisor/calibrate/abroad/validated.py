"""Others' runs judged twice: by the table in use, and each source by a table that never saw it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from advisor.calibrate import confidences, left_out, probabilities, votes
from advisor.calibrate.abroad import judging
from advisor.calibrate.abroad.labelled_sets import Stranger
from advisor.calibrate.abroad.scored import Scored
from advisor.calibrate.judged import Judged, judged
from advisor.calibrate.labelled import Labelled
from advisor.calibrate.left_out import Pair
from advisor.calibrate.votes import Vote
from advisor.evidence import weights
from advisor.finding import Finding

IN_USE = "the table in use"
Run = TypeVar("Run", Scored, Judged)


@dataclass(frozen=True, eq=False)
class Material:
    """Runs of others, whose owners or readers labelled them, and what the rules claim of them before their numbers are calibrated.

    `causes` are the weights of the causes, which none of these sources' labels moved where no corpus was given.
    """

    strangers: Sequence[Stranger]
    runs: Sequence[Labelled]
    causes: Mapping[str, Any]
    findings: Sequence[Vote]
    firsts: Sequence[Vote]


@dataclass(frozen=True, eq=False)
class Twice(Generic[Run]):
    """The same runs judged by the table in use, and each source by one fitted without it."""

    in_use: list[Run]
    held_out: list[Run]


@dataclass(frozen=True, eq=False)
class Validated:
    """What came of it.

    `strangers` are labelled folders, scored; `runs` those of searches. `findings` and `firsts` have, for each way to say how sure one is of
    a finding and of a first cause, every claim with what was said of it by the other sources; `way` and `probable` are the best of them.
    """

    material: Material
    strangers: Twice[Scored]
    runs: Twice[Judged]
    findings: Mapping[str, Sequence[Pair]]
    firsts: Mapping[str, Sequence[Pair]]
    way: str
    probable: str

    @property
    def table(self) -> dict[str, Any]:
        """The numbers of weights.toml, fitted to every source."""
        return table(self.material.findings, self.material.firsts, self.material.causes, self.way, self.probable)


def material(strangers: Sequence[Stranger], runs: Sequence[Labelled], causes: Mapping[str, Any]) -> Material:
    """The runs with what is claimed of them when causes weigh as given and no confidence is calibrated."""
    findings, firsts = judging.claims(strangers, causes)
    with weights.using({"causes": causes}):
        known = [judged(run) for run in runs]
    return Material(strangers, runs, causes, [*findings, *votes.of_findings(known)], [*firsts, *votes.of_first_causes(known)])


def validated(known: Material, progress: Callable[[str], None] = print) -> Validated:
    """Choose how confidences and probabilities are learned by sources left out, and judge every run twice."""
    findings = {name: left_out.paired(known.findings, sure_by(fit)) for name, fit in confidences.WAYS.items()}
    firsts = {name: left_out.paired(known.firsts, probable_by(fit)) for name, fit in probabilities.WAYS.items()}
    way, probable = (left_out.best(pairs) if known.findings else next(iter(pairs)) for pairs in (findings, firsts))
    findings[IN_USE] = [(v, weights.confidence(Finding("", (), confidence=v.raw, problem=v.problem))) for v in known.findings]
    firsts[IN_USE] = [(v, weights.probability(v.raw)) for v in known.firsts]
    scored, judged_runs = judged_by(known.strangers, known.runs, weights.weights())
    progress("every run was judged by the table in use")
    strangers: Twice[Scored] = Twice(scored, [])
    runs: Twice[Judged] = Twice(judged_runs, [])
    for source in sources(known):
        numbers = table(without(known.findings, source), without(known.firsts, source), known.causes, way, probable)
        mine, its_runs = [s for s in known.strangers if s.label.source == source], [r for r in known.runs if r.task == source]
        scored, judged_runs = judged_by(mine, its_runs, numbers)
        strangers.held_out.extend(scored)
        runs.held_out.extend(judged_runs)
    progress(f"every run was judged by a table that never saw its source, of {len(sources(known))}")
    return Validated(known, strangers, runs, findings, firsts, way, probable)


def table(findings: Sequence[Vote], firsts: Sequence[Vote], causes: Mapping[str, Any], way: str, probable: str) -> dict[str, Any]:
    """The numbers of weights.toml, as these votes have them."""
    return {
        "probability": probabilities.table(probabilities.WAYS[probable](firsts)),
        "problems": confidences.table(confidences.WAYS[way](findings), findings),
        "causes": causes,
    }


def judged_by(strangers: Sequence[Stranger], runs: Sequence[Labelled], numbers: weights.Weights) -> tuple[list[Scored], list[Judged]]:
    """Labelled folders scored, and the runs of searches judged, by this table."""
    with weights.using(numbers):
        return judging.score(strangers, numbers), [judged(run) for run in runs]


def sources(known: Material) -> list[str]:
    """Every source, once."""
    return list(dict.fromkeys([*(s.label.source for s in known.strangers), *(r.task for r in known.runs)]))


def without(votes: Sequence[Vote], source: str) -> list[Vote]:
    """The votes of all other sources."""
    return [v for v in votes if v.source != source]


def sure_by(fit: Callable[[Sequence[Vote]], confidences.Lines]) -> left_out.Way:
    """How sure one may be of a claim, as this way learns it."""

    def learned(votes: Sequence[Vote]) -> Callable[[Vote], float]:
        lines = fit(votes)
        return lambda vote: confidences.line(lines, vote.problem).of(vote.raw)

    return learned


def probable_by(fit: Callable[[Sequence[Vote]], Any]) -> left_out.Way:
    """How probable a first cause is, as this way learns it."""

    def learned(votes: Sequence[Vote]) -> Callable[[Vote], float]:
        line = fit(votes)
        return lambda vote: line.of(vote.raw)

    return learned
