"""Is the learning rate's fault found, and does the advised one mend it? python tests/bench/rate_sweeps.py FOLDER [--misses] [SWEEP ...]

Small tasks are trained at rates from far too low to NaN, with logs as their owners would keep them; FOLDER keeps them (about six minutes on
one core, once). A rate's progress is its share of the best one's fall of the loss, from the first step to the last tenth: at .9 or more it
is good, at less than .5 it is at fault, and on which side is told by the good ones. Of every run it is counted whether the right cause
stands first, the opposite one, and whether the rate of the sweep that is nearest to the first one advised is good: the run judged alone,
then beside the other rates of its sweep. And of the best rate, the good one of the lowest validation loss, whether it was loud, "!", and
whether of more than overfitting, "*": a training may overfit at its best rate. Last comes what one number an optimizer would do, the usual
rate for so many steps, were every run's fault known. The sweeps are in four parts: those looked at while rules were made, those looked at
when they were, those that had no part in it, and those that were made when the sizes of changes were settled, at finer rates and half of
them of things that are looked up by number.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

import torch

import advisor
from advisor.evidence.usual_rates import usual_rate
from advisor.finding import LOUD, Report
from advisor.signals.hparams import optimizer_of
from tests.bench.sweeps.listed import SWEEPS
from tests.bench.sweeps.training import Sweep, Trained, log

GOOD, FAULTY = 0.9, 0.5  # of the best run's fall
HIGH, LOW = "learning-rate-too-high", "learning-rate-too-low"
PARTS = "first", "second", "fresh", "last"


@dataclass(frozen=True)
class Outcome:
    """What came of one rate: its share of the best run's fall, minus infinity after NaN, and the optimizer steps there were."""

    rate: float
    progress: float
    steps: int


def outcomes(sweep: Sweep, root: Path) -> list[Outcome]:
    """Of every rate, trained now where it is not in the folder."""
    kept = root / f"{sweep.name}.json"
    if not kept.exists():
        ends = {}
        for rate in sweep.rates:
            trained, folder = Trained(sweep, rate), sweep.folder(root, rate)
            folder.mkdir(parents=True, exist_ok=True)
            log(sweep, rate, trained, folder)
            ends[rate] = trained.losses[0], trained.end, len(trained.losses)
        kept.write_text(json.dumps([[rate, *end] for rate, end in ends.items()]))
    known = json.loads(kept.read_text())
    best = max(start - end for _, start, end, _ in known)
    return [Outcome(rate, (start - end) / best, steps) for rate, start, end, steps in known]


def side(outcome: Outcome, of: list[Outcome]) -> str:
    """The cause of a faulty run; empty where it is none, or good rates lie on both sides of it."""
    good = [o.rate for o in of if o.progress >= GOOD]
    if outcome.progress >= FAULTY or min(good) < outcome.rate < max(good):
        return ""
    return HIGH if outcome.rate > max(good) else LOW


def causes(report: Report) -> list[str]:
    return [cause.cause for finding in report.findings if finding.level in LOUD for cause in finding.causes]


def advised(report: Report, rate: float) -> float | None:
    """The first learning rate that a loud finding's change names."""
    for finding in report.findings if report else ():
        for cause in finding.causes if finding.level in LOUD else ():
            for change in cause.changes:
                if change.hparam == "lr":
                    return float(change.to) if change.to is not None else rate * change.by if change.by else None
    return None


def nearest(rate: float, of: list[Outcome]) -> Outcome:
    return min(of, key=lambda o: abs(np.log(o.rate / rate)))


def ruled(sweep: Sweep, outcome: Outcome) -> tuple[str, float]:
    """The cause and the rate that the usual one for so many steps gives."""
    lost = not np.isfinite(outcome.progress)
    usual = usual_rate(optimizer_of(sweep.hparams) or "", outcome.steps, lost)
    if outcome.rate > usual / 3:  # three times what people begin with is usual in short trainings
        return HIGH, min(usual, outcome.rate / 10)
    return LOW, max(usual, outcome.rate * 3)


def validated(report: Report | None) -> float:
    """The validation loss at the end; infinite where there is none."""
    curve = report.run.signal("val_loss") if report else None
    return float(np.nan_to_num(np.median(curve.values[-2:]), nan=np.inf)) if curve is not None and len(curve) else np.inf


def counted(sweep: Sweep, of: list[Outcome], reports: dict[float, Report]) -> tuple[Counter, list[str]]:
    """What is counted of a sweep, and a line for each miss; with no reports, of the fixed rule."""
    n, missed = Counter(), []
    best = max(of, key=lambda o: (o.progress >= GOOD, -validated(reports.get(o.rate)), o.progress))
    for outcome in of:
        report, want = reports.get(outcome.rate), side(outcome, of)
        first, to = (next(iter(causes(report)), ""), advised(report, outcome.rate)) if report else ruled(sweep, outcome)
        loud = [f.problem for f in report.findings if f.level in LOUD] if report else []
        if outcome is best:
            n["best"], n["alarm"], n["beyond"] = 1, bool(loud), any(problem != "overfitting" for problem in loud)
            missed += [f"  {outcome.rate:<8g}best: {loud}, {first}"] * bool(loud)
        if not want:
            continue
        right, repaired = first == want, to is not None and nearest(to, of).progress >= GOOD
        n.update({"faulty": 1, "direction": right, "wrong": first == (LOW if want == HIGH else HIGH), "repaired": repaired})
        if not (right and repaired):
            good = ", ".join(f"{o.rate:g}" for o in of if o.progress >= GOOD)
            missed.append(f"  {outcome.rate:<8g}{want[14:]} ({outcome.progress:.2f}): {loud} {first or '-'}, to {to}; good: {good}")
    return n, missed


def line(title: str, columns: list[Counter]) -> str:
    """One row: of each way of judging what was counted, then how many there were."""
    said = "".join(f"{n['direction']:>6}{n['wrong']:>4}{n['repaired']:>5}{n['alarm'] or '':>3}{n['beyond'] or '':>3}" for n in columns)
    return f"{title:<44}{columns[0]['faulty']:>4}{said}"


def judged(sweep: Sweep, root: Path, alone: bool) -> dict[float, Report]:
    """A report of every rate."""
    found = advisor.diagnose(root / sweep.name, alone=alone)
    return {float(report.run.path.name.removeprefix("lr-")): report for report in found}


def wanted(sweep: Sweep, chosen: argparse.Namespace) -> bool:
    named = not chosen.sweeps or any(word in sweep.name for word in chosen.sweeps)
    return named and chosen.part in (None, sweep.part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("sweeps", nargs="*", help="words in their names; all without")
    parser.add_argument("--misses", action="store_true", help="also each run that was not judged or not mended rightly")
    parser.add_argument("--part", choices=PARTS, help="of the sweeps")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    sums = {part: [Counter() for _ in range(3)] for part in PARTS}
    print(f"{'':<44}{'of':>4}" + "".join(f"{name:>21}" for name in ("alone", "with siblings", "one number")))
    print(" " * 48 + 3 * f"{'right':>6}{'not':>4}{'mends':>5}{'!':>3}{'*':>3}")
    for sweep in (one for one in SWEEPS if wanted(one, chosen)):
        of = outcomes(sweep, chosen.folder)
        found = [counted(sweep, of, judged(sweep, chosen.folder, alone)) for alone in (True, False)] + [counted(sweep, of, {})]
        for total, (n, _) in zip(sums[sweep.part], found, strict=True):
            total.update(n)
        print(line(sweep.name, [n for n, _ in found]), flush=True)
        for way, (_, missed) in zip(("alone", "with siblings"), found if chosen.misses else (), strict=False):
            print("\n".join([f" {way}", *missed])) if missed else None
    whole = [sum(ways, Counter()) for ways in zip(*sums.values(), strict=True)]
    for title, columns in [*sums.items(), ("all", whole)]:
        print(line(f"{title}, {columns[0]['best']} sweeps", columns))
        shares = [(n["direction"] / max(1, n["faulty"]), n["repaired"] / max(1, n["faulty"])) for n in columns]
        print(" " * 48 + "".join(f"{right:>6.0%}{'':>4}{repaired:>5.0%}{'':>6}" for right, repaired in shares))


if __name__ == "__main__":
    main()
