"""Labelled runs judged: scored as their owners would see the reports, and taken apart into claims that were right or wrong."""

from collections.abc import Iterable, Sequence

from advisor.calibrate.abroad.labelled_sets import Stranger
from advisor.calibrate.abroad.scored import Scored, scored
from advisor.calibrate.votes import Vote
from advisor.evidence import weights
from advisor.finding import LOUD, Finding, Report
from advisor.judging import engine


def reports(stranger: Stranger) -> list[Report]:
    """A report on each of its runs, each judged alone, by the table in use."""
    return [engine.diagnose(run) for run in stranger.runs]


def score(strangers: Iterable[Stranger], table: weights.Weights) -> list[Scored]:
    """Every labelled run scored by this table."""
    with weights.using(table):
        return [scored(stranger.label, reports(stranger)) for stranger in strangers]


def claims(strangers: Iterable[Stranger], causes: weights.Weights) -> tuple[list[Vote], list[Vote]]:
    """What the runs' errors and warnings claim, and what the first causes of those that are right do, as sure as the rules are.

    `causes` are the weights of the causes by which they are weighed. Where a label is not sure, or says neither, nothing is claimed; of
    one problem that several runs of a label have, the first is heard.
    """
    findings, firsts = [], []
    with weights.using({"causes": causes}):
        for stranger in strangers:
            known = stranger.label
            for finding in loud(reports(stranger)) if known.sure else ():
                right = known.right(finding.problem)
                if right is not None:
                    findings.append(Vote(known.source, finding.problem, finding.confidence, right, stranger.fresh))
                if right and known.causes and finding.causes:
                    first = finding.causes[0]
                    firsts.append(Vote(known.source, "", first.probability, first.cause in known.causes, stranger.fresh))
    return findings, firsts


def loud(told: Sequence[Report]) -> list[Finding]:
    """The first error or warning of each problem."""
    found: dict[str, Finding] = {}
    for finding in (f for report in told for f in report.findings if f.level in LOUD):
        found.setdefault(finding.problem, finding)
    return list(found.values())
