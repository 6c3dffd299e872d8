"""`python -m advisor.calibrate [CORPUS] [--tries DIR] [--real-runs DIR] [--fresh DIR]`: fit the table of weights, and say how good it is.

Causes' weights are fitted to CORPUS, to what tries proved, and to DeepOBS and AlgoPerf below DIR; without the first two those of the table
in use are kept. How sure a finding may be is fitted to the runs of others, where there are any, and else to CORPUS. A DIR holds any of
deepobs.jsonl.gz, algoperf.csv with algoperf/, and labels.csv with strangers/ and planted/; that of --tries, what `advisor try` wrote.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from advisor.calibrate import corpus_report, fit
from advisor.calibrate.abroad import abroad_report, validated
from advisor.calibrate.abroad.labelled_sets import LABELS, Stranger, labelled_set
from advisor.calibrate.labelled import Labelled, corpus
from advisor.calibrate.proved import proved
from advisor.calibrate.real_runs import real_runs
from advisor.calibrate.table import counted, written
from advisor.errors import AdvisorError
from advisor.evidence import weights
from advisor.faults import RAISE, SWITCH

LEAST = 2  # tasks of a corpus, sources of other runs
REPORT = Path(__file__).with_name("report")


def main() -> None:
    """Read the labelled runs, fit the table of weights, and write it and its reports; where the runs do not do for that, say so and end."""
    os.environ[SWITCH] = RAISE  # no table is fitted to rules that fail
    parser = argparse.ArgumentParser(
        prog="python -m advisor.calibrate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, nargs="?", help="what python sample_runs/corpus.py made")
    parser.add_argument("--real-runs", type=Path, action="append", default=[], metavar="DIR", help="runs of others; may be given again")
    parser.add_argument(
        "--fresh", type=Path, action="append", default=[], metavar="DIR", help="the same, of which no rule was made in view"
    )
    parser.add_argument("--tries", type=Path, action="append", default=[], metavar="DIR", help="what advisor try and --prove wrote")
    parser.add_argument("--table", type=Path, default=weights.TABLE, help="where the weights go (default: the advisor's own table)")
    parser.add_argument("--report", type=Path, default=REPORT, help="folder of the reports (default: report/ beside this file)")
    given = parser.parse_args()
    check(given)
    try:
        known = [*(corpus(given.corpus) if given.corpus else ()), *(run for folder in given.tries for run in proved(folder))]
        runs = [run for folder in given.real_runs for run in real_runs(folder)]
        strangers = [s for folder in given.real_runs if (folder / LABELS).is_file() for s in labelled_set(folder)]
        strangers += [s for folder in given.fresh for s in labelled_set(folder, fresh=True)]
    except (OSError, ValueError, KeyError, AdvisorError) as error:
        sys.exit(f"the labelled runs could not be read: {type(error).__name__}: {error}")
    if given.tries and not known:
        sys.exit("no run below --tries says that a change mended it which a cause calls for")
    print(f"{len(known) + len(runs) + len(strangers)} runs read", flush=True)
    table = from_corpus([*known, *runs], given.report) if given.corpus or known else dict(weights.weights())
    if given.real_runs or given.fresh:
        table = from_others(strangers, runs, table, given.report)
    given.table.write_text(written(table), encoding="utf-8")
    print(f"{given.table} and the reports in {given.report} were written")


def check(given: argparse.Namespace) -> None:
    """End with a sentence where what was given cannot be what was meant."""
    if not (given.corpus or given.real_runs or given.fresh or given.tries):
        sys.exit("give a corpus, --tries, --real-runs or --fresh: see --help")
    if given.corpus and not (given.corpus / "sweeps").is_dir():
        sys.exit(f"{given.corpus} holds no corpus; make one with: python sample_runs/corpus.py {given.corpus}")
    for folder in given.fresh:
        if not (folder / LABELS).is_file():
            sys.exit(f"{folder} holds no {LABELS}")


def from_corpus(runs: Sequence[Labelled], folder: Path) -> dict[str, Any]:
    """The table fitted to a corpus and to searches, with its report."""
    tasks = {run.task for run in runs}
    if len(tasks) < LEAST:
        sys.exit(f"the runs are of {len(tasks)} tasks; to hold some out, {LEAST} are needed. Train more: see --help")
    known = fit.material(runs)
    print(f"{len(known.cases)} findings in faulty runs", flush=True)
    found = fit.validated(known, lambda line: print(line, flush=True))
    table = fit.table(known, found.probability)
    corpus_report.write(folder, found)
    return table | {"causes": counted(table["causes"], found)}


def from_others(strangers: Sequence[Stranger], runs: Sequence[Labelled], table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The table with confidences and probabilities fitted to the runs of others, with its report."""
    known = validated.material(strangers, runs, table["causes"])
    if len(sources := validated.sources(known)) < LEAST:
        sys.exit(f"the runs of others are of {len(sources)} sources; to leave one out, {LEAST} are needed")
    found = validated.validated(known, lambda line: print(line, flush=True))
    abroad_report.write(folder, found)
    print("\n".join(abroad_report.twice(found)), flush=True)
    if not any(s.fresh for s in strangers):
        print(abroad_report.NONE_FRESH)
    return found.table


if __name__ == "__main__":
    main()
