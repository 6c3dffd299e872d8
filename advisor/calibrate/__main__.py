"""`python -m advisor.calibrate CORPUS [--real-runs DIR]`: fit the table of weights, and report how good it is on tasks it never saw."""

import argparse
import sys
from pathlib import Path

from advisor.calibrate import fit, report
from advisor.calibrate.labelled import corpus
from advisor.calibrate.real_runs import real_runs
from advisor.calibrate.table import written
from advisor.errors import AdvisorError
from advisor.evidence.weights import TABLE

LEAST = 2  # tasks
REPORT = Path(__file__).with_name("report")


def main() -> None:
    """Read the labelled runs, fit the table of weights, and write it and its report; where the runs do not do for that, say so and end."""
    parser = argparse.ArgumentParser(prog="python -m advisor.calibrate", description=__doc__)
    parser.add_argument("corpus", type=Path, help="what python sample_runs/corpus.py made")
    parser.add_argument("--real-runs", type=Path, help="a folder with deepobs.jsonl.gz, algoperf.csv and algoperf/")
    parser.add_argument("--table", type=Path, default=TABLE, help="where the weights go (default: the advisor's own table)")
    parser.add_argument("--report", type=Path, default=REPORT, help="folder of the report (default: report/ beside this file)")
    given = parser.parse_args()
    if not (given.corpus / "sweeps").is_dir():
        sys.exit(f"{given.corpus} holds no corpus; make one with: python sample_runs/corpus.py {given.corpus}")
    try:
        runs = [*corpus(given.corpus), *(real_runs(given.real_runs) if given.real_runs else ())]
    except (OSError, ValueError, KeyError, AdvisorError) as error:
        sys.exit(f"the labelled runs could not be read: {type(error).__name__}: {error}")
    if len({run.task for run in runs}) < LEAST:
        sys.exit(f"the runs are of {len({run.task for run in runs})} tasks; to hold some out, {LEAST} are needed. Train more: see --help")
    print(f"{len(runs)} runs read", flush=True)
    known = fit.material(runs)
    print(f"{len(known.cases)} findings in faulty runs", flush=True)
    found = fit.validated(known, lambda line: print(line, flush=True))
    table = fit.table(known, found.probability)
    given.table.write_text(written(table, found), encoding="utf-8")
    report.write(given.report, found)
    print(f"{given.table} and {given.report}/report.md were written")


if __name__ == "__main__":
    main()
