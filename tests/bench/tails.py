"""Is the end of a healthy log healthy? python tests/bench/tails.py [--real-runs DIR] [--deepobs DIR]

A log that was rotated, resumed in a new file or cut by `tail` begins in the middle of its training. The first 20, 40 and 60 % of every
curve of healthy runs are cut off, and every alarm is printed that the tail has and the whole run has not. The runs are the healthy samples
of this repository; with --real-runs those of DIR that its labels.csv calls healthy and its algoperf.csv says reached their target; with
--deepobs also the tuned DeepOBS runs of DIR/deepobs.jsonl.gz, of which the event files lie in DIR's folders of problem and optimizer.
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import advisor  # noqa: E402
from advisor.finding import LOUD  # noqa: E402
from advisor.run import Run  # noqa: E402
from advisor.scalar import Scalar  # noqa: E402

CUT = 0.2, 0.4, 0.6


def samples() -> Iterator[Path]:
    return iter(sorted((ROOT / "sample_runs").glob("healthy*")))


def labelled(folder: Path) -> Iterator[Path]:
    """Runs that are called healthy, or reached the target that their owners had set."""
    for row in csv.DictReader((folder / "labels.csv").open()):
        if row["label"].split(";")[0] == "healthy":
            yield folder / ("planted" if row["set"] == "planted" else "strangers") / row["id"]
    for row in csv.DictReader((folder / "algoperf.csv").open()):
        if row["target"] == "hit":
            yield folder / "algoperf" / row["run"]


def tuned(folder: Path, data: Path) -> Iterator[Path]:
    """DeepOBS runs at the rates that were published as tuned."""
    with gzip.open(data / "deepobs.jsonl.gz", "rt") as lines:
        for number, run in enumerate(map(json.loads, lines)):
            if run["label"] == "normal":
                yield folder / f"{run['problem']}-{run['optimizer']}" / f"{number:04d}"


def tail(run: Run, share: float) -> Run:
    """The run without the first share of the steps of each of its curves."""
    kept = {tag: after(curve, share) for tag, curve in run.scalars.items() if len(curve)}
    return replace(run, scalars=kept, histograms={})


def after(curve: Scalar, share: float) -> Scalar:
    return curve.between(float(curve.steps[0]) + share * float(curve.steps[-1] - curve.steps[0]))


def alarms(run: Run) -> set[str]:
    return {finding.problem for finding in advisor.diagnose(run, alone=True)[0].findings if finding.level in LOUD}


def compared(name: str, paths: Iterator[Path]) -> int:
    """Print the alarms that only tails have, and how many tails there were."""
    tails = loud = 0
    for path in paths:
        for run in advisor.read(path):
            whole = set() if run.unread else alarms(run)
            for share in CUT if not run.unread else ():
                told, tails = alarms(tail(run, share)) - whole, tails + 1
                loud += bool(told)
                if told:
                    print(f"  {path.name} without its first {share:.0%}: {', '.join(sorted(told))}")
    print(f"{name}: {loud} of {tails} tails have an alarm that the whole run has not", flush=True)
    return loud


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("--real-runs", type=Path, help="a folder with labels.csv, strangers/, planted/, algoperf.csv and algoperf/")
    parser.add_argument("--deepobs", type=Path, help="where DeepOBS runs were written as event files")
    chosen = parser.parse_args()
    loud = compared("sample runs", samples())
    if chosen.real_runs:
        loud += compared("real runs", labelled(chosen.real_runs))
        if chosen.deepobs:
            loud += compared("DeepOBS at tuned rates", tuned(chosen.deepobs, chosen.real_runs))
    print(f"in all: {loud}")


if __name__ == "__main__":
    main()
