"""The report on planted faults: text and a picture, from runs judged by tables that never saw their task."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.calibrate.fit import Validated
from advisor.calibrate.judged import Judged, by_default, confusion, directions, false_alarms, first_causes, outcomes, reliability
from advisor.calibrate.labelled import HEALTHY
from advisor.evidence.usual_rates import USUAL

OUTCOMES = {
    "right": "named first", "third": "among three", "asks": "cannot tell, asks", "another": "another", "note": "note",
    "cannot tell": "no verdict", "nothing": "nothing",
}  # fmt: skip
HEAD = """# Calibration on planted faults

Written by `python -m advisor.calibrate CORPUS --real-runs DIR`. Every figure is cross-validated: each run was judged by a table fitted
without any run of its task (of DeepOBS, without its problem; of AlgoPerf, without its workload). `corpus` and `sweep` are the runs of
`python sample_runs/corpus.py`: planted faults and healthy runs, and learning-rate sweeps. A planted fault that did no harm (nine tenths
or more of the progress of its tuned twin) is not counted, nor is a run planned as healthy that made less.
Held out are the numbers only: the rules, their thresholds and what counts as evidence were chosen while looking at these runs, so expect
less on others: report.md, beside this file, says how much less. Each planted fault and each healthy training of `corpus` is logged twice,
poorly and richly, and counts twice. Confidences are here as fitted to these runs; where runs of others were given, those of the table are
fitted to them.
"""


def write(folder: Path, found: Validated) -> None:
    """corpus.md, and corpus.png where matplotlib is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corpus.md").write_text("\n".join(lines(found)) + "\n", encoding="utf-8")
    try:
        from advisor.calibrate import picture
    except ImportError:
        print("matplotlib is not installed, so corpus.png was not drawn: pip install matplotlib")
        return
    picture.draw(folder / "corpus.png", curves(found.alone), confusion(found.alone))


def lines(found: Validated) -> Iterator[str]:
    """The report's Markdown in order, in pieces of a line or more."""
    yield HEAD
    yield from runs(found)
    yield from rates(found)
    yield from alarms(found)
    yield "\n## Reliability: how often what was said was so\n"
    for title, rows in curves(found.alone).items():
        yield f"{title}:\n\n| said | was so | of |\n|---|---|---|"
        yield from (f"| {said:.0%} | {true:.0%} | {n} |" for said, true, n in rows)
        yield ""
    yield from answers(found)
    yield "\n## Planted fault and first cause named\n"
    yield "| planted | runs | named first |\n|---|---|---|"
    for fault, row in sorted(confusion(found.alone).items()):
        yield f"| {fault} | {sum(row.values())} | {first_named(fault, row)} |"


def answers(found: Validated) -> Iterator[str]:
    """Markdown: a row for each planted fault, with how often each outcome came."""
    yield "## Planted fault and what the report says\n"
    yield "The cause is named first; it is among the first three of a finding; the finding is undecided and names what to log; another"
    yield "cause is named; there is a note only; the verdict is that nobody can tell, with the reason; nothing is said.\n"
    yield "| planted | runs | " + " | ".join(OUTCOMES.values()) + " |\n|---|---|" + "---|" * len(OUTCOMES)
    for fault, row in sorted(outcomes(found.alone).items()):
        yield f"| {fault} | {sum(row.values())} | " + " | ".join(str(row[name]) for name in OUTCOMES) + " |"


def runs(found: Validated) -> Iterator[str]:
    """Markdown: how many runs and tasks there are of each source, and how many runs are healthy or have a known fault."""
    yield "## Runs\n\n| source | runs | tasks | healthy | with a known fault |\n|---|---|---|---|---|"
    for source in sorted({item.labelled.source for item in found.alone}):
        known = [item.labelled for item in found.alone if item.labelled.source == source]
        healthy, faulty = sum(k.fault == HEALTHY for k in known), sum(k.fault not in ("", HEALTHY) for k in known)
        yield f"| {source} | {len(known)} | {len({k.task for k in known})} | {healthy} | {faulty} |"


def rates(found: Validated) -> Iterator[str]:
    """Markdown: of runs with a wrong learning rate, how often the direction was found and the first change would have repaired the run."""
    yield "\n## Learning rates: direction and size\n"
    columns = "alarm | right cause first | wrong direction first | first change repairs | folk default repairs"
    yield f"| judged | source | label | runs | {columns} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    default = by_default(found.alone)
    for how, items in (("alone", found.alone), ("with siblings", found.together)):
        for (source, label), n in sorted(directions(items).items()):
            shares = " | ".join(share(n[what], n["runs"]) for what in ("alarm", "right", "wrong", "repaired"))
            yield f"| {how} | {source} | {label} | {n['runs']} | {shares} | {share(default[source, label], n['runs'])} |"
    known = ", ".join(f"{usual.rate:g} for {name}" for name, usual in USUAL.items())
    yield f"\nThe folk default is {known}, whatever the run showed."


def alarms(found: Validated) -> Iterator[str]:
    """Markdown: a row for each source, with how many of its healthy runs had findings that are errors or warnings."""
    yield "\n## False alarms on healthy runs\n"
    yield "| source | healthy runs | any alarm | beyond overfitting | of which |\n|---|---|---|---|---|"
    for source, n in sorted(false_alarms(found.alone).items()):
        which = ", ".join(f"{name} {count}" for name, count in n.most_common() if name not in ("runs", "alarm", "beyond")) or "none"
        yield f"| {source} | {n['runs']} | {share(n['alarm'], n['runs'])} | {share(n['beyond'], n['runs'])} | {which} |"


def first_named(fault: str, row: Counter) -> str:
    """The six causes named first most often and how many others, with the planted one in bold."""
    parts = [f"{f'**{cause}**' if cause == fault else cause or 'nothing'} {count}" for cause, count in row.most_common(6)]
    return ", ".join(parts) + (f", others {sum(row.values()) - sum(c for _, c in row.most_common(6))}" if len(row) > 6 else "")


def share(part: int, whole: int) -> str:
    """As in "3/12 (25%)"; `whole` is above 0."""
    return f"{part}/{whole} ({part / whole:.0%})"


def curves(items: Sequence[Judged]) -> dict[str, list[tuple[float, float, int]]]:
    """Reliability of the findings' confidence, and of the probability of their first cause where the fault is known."""
    known = [item for item in items if item.labelled.fault]
    findings = [(s.confidence, s.right) for item in known for s in item.claims]
    return {"Findings, by their confidence": reliability(findings), "First causes, by their probability": reliability(first_causes(known))}
