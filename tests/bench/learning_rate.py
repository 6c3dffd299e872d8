"""How good is the learning rate that a probe suggests? python tests/bench/learning_rate.py FOLDER [--anew] [--peers] [--guessed] [TASK ...]

Small tasks are trained at every quarter decade of rates, twice, for each of four deployments: 300 and 2,400 steps, at a constant rate and
under warm-up and cosine. FOLDER keeps these sweeps. Every finder of rates sees two thirds of a task's data and may hold out what it likes
of that; the sweeps are graded on the last third. Regret is (loss at the suggested rate - best) / (untrained - best): 0 is the best rate,
1 has learned nothing, 2 diverged. Where a finder gives no answer, today's rate counts. Some tasks were made after the race was settled,
and are also reported apart; those of `--anew` were made later still. With `--guessed` no finder is told the length and the schedule.
"""

import argparse
import contextlib
import io
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.finders import OWN, Found
from tests.bench.truth import ANEW, DEPLOYMENTS, TASKS, Task, Truth, tasks

GOOD = 0.05  # regret of a rate that an interval should hold


def graded(task: Task, truth: Truth, finder, seeds: int, told: bool = True) -> list[dict]:
    """What became of the finder's suggestions: a row for each deployment and seed."""
    rows = []
    for schedule, steps in DEPLOYMENTS:
        for seed in range(seeds):
            with contextlib.redirect_stdout(io.StringIO()):  # peers have much to say
                found: Found = finder(task, *((schedule, steps) if told else ("constant", None)), seed)
            lr = found.lr or task.training(seed).lr
            held = truth.least_within(schedule, steps, found.low, found.high) <= GOOD if found.low == found.low else None
            width = np.log10(found.high / found.low)
            row = {"task": task.name, "aside": task.kept_aside, "deployment": (schedule, steps), "lr": lr, "steps": found.steps}
            rows.append(
                {**row, "regret": truth.regret(schedule, steps, lr), "held": held, "width": width, "answered": found.lr is not None}
            )
    return rows


def line(rows: list[dict]) -> str:
    """Regret by task, the single worst, the spread over seeds, the interval and the cost."""
    by_task = {name: [row for row in rows if row["task"] == name] for name in dict.fromkeys(row["task"] for row in rows)}
    regrets = [np.mean([row["regret"] for row in of]) for of in by_task.values()]
    spread = np.median([np.std([np.log10(row["lr"]) for row in of]) for of in by_task.values()])
    held = [row["held"] for row in rows if row["held"] is not None]
    interval = f"{np.mean(held):>7.0%}{np.median([row['width'] for row in rows if row['held'] is not None]):>7.2f}" if held else 14 * " "
    worst = max(row["regret"] for row in rows)
    cost, unanswered = np.mean([row["steps"] for row in rows]), sum(not row["answered"] for row in rows)
    return (
        f"{np.mean(regrets):>7.3f}{np.median(regrets):>8.3f}{np.max(regrets):>7.2f}{worst:>7.2f}{spread:>8.2f}"
        f"{interval}{cost:>7.0f}{unanswered or '':>5}"
    )


def report(rows: dict[str, list[dict]]) -> None:
    """All tasks, then those kept aside alone."""
    for which, counted in (("", (False, True)), (" kept aside", (True,))):
        names = {row["task"] for of in rows.values() for row in of if row["aside"] in counted}
        for deployment in DEPLOYMENTS if names else []:
            print(f"\n{deployment[1]:,} steps, {deployment[0]}, {len(names)} tasks{which}")
            print(f"{'':<24}{'mean':>7}{'median':>8}{'worst':>7}{'run':>7}{'spread':>8}{'holds':>7}{'width':>7}{'steps':>7}{'none':>5}")
            for name, of in rows.items():
                print(f"{name:<24}{line([row for row in of if row['aside'] in counted and row['deployment'] == deployment])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--peers", action="store_true", help="also lightning, fastai, torch-lr-finder and optuna, which must be installed")
    parser.add_argument("--anew", action="store_true", help="the ten later tasks")
    parser.add_argument("--guessed", action="store_true", help="length and schedule are not told, and a constant rate is assumed")
    parser.add_argument("--seeds", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.peers and chosen.guessed:
        parser.error("--guessed is for our own finders: peers are told how long they train")
    finders = dict(OWN)
    if chosen.peers:
        from tests.bench.peer_finders import installed

        finders |= installed()
    rows: dict[str, list[dict]] = {name: [] for name in finders}
    for task in tasks(chosen.tasks, ANEW if chosen.anew else TASKS):
        truth = Truth(task, chosen.folder)
        for name, finder in finders.items():
            of = graded(task, truth, finder, chosen.seeds, not chosen.guessed)
            rows[name] += of
            means = [np.mean([row["regret"] for row in of if row["deployment"] == deployment]) for deployment in DEPLOYMENTS]
            print(f"{task.name:<24}{name:<24}" + "".join(f"{mean:>8.3f}" for mean in means), file=sys.stderr, flush=True)
    report(rows)


if __name__ == "__main__":
    main()
