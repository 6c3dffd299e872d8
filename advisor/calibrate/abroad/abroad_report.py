"""The report on others' runs: what the advisor gets right where nobody here made the run, as Markdown."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.calibrate import confidences
from advisor.calibrate.abroad.figures import figures, one_vote_a_source
from advisor.calibrate.abroad.scored import Scored
from advisor.calibrate.abroad.validated import IN_USE, Twice, Validated
from advisor.calibrate.judged import directions, false_alarms, reliability
from advisor.calibrate.labelled import HEALTHY
from advisor.calibrate.left_out import Pair, fresh, score
from advisor.calibrate.votes import by_problem

NAME = "report.md"
HEAD = """# How far diagnoses can be trusted on other people's runs

Written by `python -m advisor.calibrate --real-runs DIR`. **These runs are not shipped**: they are other people's. Each is judged twice, by
the table of weights in use when this was written, and by one that was fitted without any run of its source: of the people who logged it,
of its script, or of DeepOBS's problem or AlgoPerf's workload. What is held out so are confidences and probabilities; the causes' weights
were fitted to runs of our own and to a part of DeepOBS. *Fresh* are sources that nobody had looked at while the rules were made that judge
them here: they are what to expect. Of the others rules and thresholds were chosen with these runs in view, so expect less. A finding that
the label calls neither right nor wrong is left out of how sure one may be.
"""
NONE_FRESH = """**No source was fresh.** So nothing here says how often the rules are right on runs that nobody looked at while they were
made, and confidences are those of runs that somebody did look at.
"""
GROUPS = {
    "all sources": lambda run: True,
    "labelled before any verdict was seen": lambda run: run.label.blind,
}


def write(folder: Path, found: Validated) -> None:
    """report.md in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text("\n".join(lines(found)) + "\n", encoding="utf-8")


def lines(found: Validated) -> Iterator[str]:
    """The report's Markdown in order, in pieces of a line or more."""
    yield HEAD
    yield from [] if any(s.fresh for s in found.material.strangers) else [NONE_FRESH]
    yield from summary(found)
    yield from runs(found)
    yield from twice(found)
    yield from searches(found.runs)
    yield from ways(found)
    yield from how_sure(found)
    yield from problems(found)


def summary(found: Validated) -> Iterator[str]:
    """The section that README repeats."""
    yield "## In short\n"
    yield "| sources left out | runs | faulty: named first | healthy: flagged | warnings that are right | as sure as was said |"
    yield "|---|---|---|---|---|---|"
    new = {s.label.source for s in found.material.strangers if s.fresh}
    pairs = found.findings[found.way]
    for what, of in (("fresh: nobody had looked at them", True), ("looked at while rules were made", False)):
        mine = [r for r in found.strangers.held_out if (r.label.source in new) is of]
        said = [p for p in pairs if p[0].fresh is of and p[0].source in {r.label.source for r in mine}]
        if mine:
            n = figures(mine)
            first, flagged = n["faulty high+medium: named first"], n["healthy high+medium: flagged"]
            right = n["loud findings: right of right + false"]
            sure = f"{sum(p for _, p in said) / len(said):.0%}" if said else "none"
            yield f"| {what} | {len(mine)} | {share(*first)} | {share(*flagged)} | {share(*right)} | {sure} |"


def runs(found: Validated) -> Iterator[str]:
    """Markdown: how many runs and sources there are of each set."""
    yield "\n## Runs\n\n| set | runs | sources | healthy | faulty | labelled blind | fresh |\n|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(s.label.set for s in found.material.strangers):
        mine = [s for s in found.material.strangers if s.label.set == name]
        kinds = [s.label.kind for s in mine]
        counts = (len(mine), len({s.label.source for s in mine}), kinds.count("healthy"), kinds.count("faulty"))
        yield f"| {name} | {' | '.join(map(str, counts))} | {sum(s.label.blind for s in mine)} | {sum(s.fresh for s in mine)} |"
    for name in dict.fromkeys(r.source for r in found.material.runs):
        known = [r for r in found.material.runs if r.source == name]
        healthy, faulty = sum(r.fault == HEALTHY for r in known), sum(r.fault not in ("", HEALTHY) for r in known)
        yield f"| {name} | {len(known)} | {len({r.task for r in known})} | {healthy} | {faulty} | {len(known)} | 0 |"


def twice(found: Validated) -> Iterator[str]:
    """Markdown: every figure by the table in use and by tables that never saw the source, of all and of those that flatter least."""
    new = {s.label.source for s in found.material.strangers if s.fresh}
    for name, which in {**GROUPS, "fresh sources": lambda run: run.label.source in new}.items():
        in_use, held_out = ([r for r in some if which(r)] for some in (found.strangers.in_use, found.strangers.held_out))
        if in_use:
            yield f"\n## Figures: {name}\n\n| figure | {IN_USE} | source left out |\n|---|---|---|"
            yield from (f"| {what} | {share(*n)} | {share(*figures(held_out)[what])} |" for what, n in figures(in_use).items())
            yield from votes(in_use, held_out)


def votes(in_use: Sequence[Scored], held_out: Sequence[Scored]) -> Iterator[str]:
    """Rows of the means over sources."""
    for what, (mean, of) in one_vote_a_source(in_use).items():
        if of:
            yield f"| every source one vote, {what} | {mean:.0%} of {of} | {one_vote_a_source(held_out)[what][0]:.0%} of {of} |"


def searches(both: Twice) -> Iterator[str]:
    """Markdown: alarms and directions in DeepOBS's and AlgoPerf's runs, by both tables."""
    if not both.in_use:
        return
    yield f"\n## Learning rates: DeepOBS and AlgoPerf\n\n| source | figure | {IN_USE} | source left out |\n|---|---|---|---|"
    alarms, other = false_alarms(both.in_use), false_alarms(both.held_out)
    for source, n in sorted(alarms.items()):
        for what, words in (("alarm", "healthy, any alarm"), ("beyond", "healthy, an alarm beyond overfitting")):
            yield f"| {source} | {words} | {share(n[what], n['runs'])} | {share(other[source][what], n['runs'])} |"
    found, again = directions(both.in_use), directions(both.held_out)
    for (source, label), n in sorted(found.items()):
        for what, words in (("right", "the direction is the first cause"), ("repaired", "the first change repairs")):
            yield f"| {source} | {label}: {words} | {share(n[what], n['runs'])} | {share(again[source, label][what], n['runs'])} |"


def ways(found: Validated) -> Iterator[str]:
    """Markdown: how good each way to say how sure one is was on sources left out."""
    yield "\n## Ways to say how sure one is\n"
    yield "Every source has one vote. Log loss is natural; less is better, as of Brier's score. Of ways that are as good as each other the"
    yield f"first was taken: for a finding {found.way}, for a first cause {found.probable}.\n"
    yield "| of | way | sources | claims | log loss | Brier | said | was so |\n|---|---|---|---|---|---|---|---|"
    for what, of in (("findings", found.findings), ("first causes of right findings", found.firsts)):
        for which, some in (("all", list), ("fresh", fresh)):
            for way, pairs in of.items():
                if mine := some(pairs):
                    s = score(mine)
                    numbers = f"{s.log:.3f} | {s.brier:.3f} | {s.said:.0%} | {s.so:.0%}"
                    yield f"| {what}, {which} | {way} | {s.sources} | {s.claims} | {numbers} |"


def how_sure(found: Validated) -> Iterator[str]:
    """Markdown: what was said and what was so, in equal spans of what was said."""
    for what, of, way in (("Findings", found.findings, found.way), ("First causes", found.firsts, found.probable)):
        for which, some in (("all sources", list), ("fresh sources", fresh)):
            if of[way] and some(of[way]):
                yield f"\n## {what}, {which}: how often what was said was so\n\n| said by | said | was so | of |\n|---|---|---|---|"
                for name in (IN_USE, way):
                    yield from rows("source left out" if name == way else name, some(of[name]))


def rows(name: str, pairs: Sequence[Pair]) -> Iterator[str]:
    """A row for each span that holds any."""
    for said, so, n in reliability([(p, vote.right) for vote, p in pairs]):
        yield f"| {name} | {said:.0%} | {so:.0%} | {n} |"


def problems(found: Validated) -> Iterator[str]:
    """Markdown: how sure a finding of each problem is said to be, and what that rests on."""
    yield "\n## How sure a finding of each problem is said to be\n"
    yield "The sources are those of which it was claimed, in brackets the fresh ones among them. Without any it is as sure as all.\n"
    yield "| problem | said, where its rule says 80% | right | of sources | of claims |\n|---|---|---|---|---|"
    lines, heard = confidences.WAYS[found.way](found.material.findings), by_problem(found.material.findings)
    for name in sorted({*confidences.of_logs(), *heard}):
        said, new = heard.get(name, []), [v for v in heard.get(name, []) if v.fresh]
        of = {True: len({v.source for v in new}), False: len({v.source for v in said})}
        right = f"{sum(v.right for v in said)} ({sum(v.right for v in new)})"
        yield f"| {name} | {confidences.line(lines, name).of(0.8):.0%} | {right} | {of[False]} ({of[True]}) | {len(said)} ({len(new)}) |"


def share(part: int, whole: int) -> str:
    """As in "3/12 (25%)"; of nothing, "none"."""
    return f"{part}/{whole} ({part / whole:.0%})" if whole else "none"
