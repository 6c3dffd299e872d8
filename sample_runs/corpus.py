"""Train a few hundred small runs, with faults planted and without: `python sample_runs/corpus.py FOLDER [--minutes 30]`.

For each task and optimizer (a family) the learning rate is swept first, in FOLDER/sweeps/<family>/; at the best rate follow healthy runs
and one run of every fault, in FOLDER/runs/. Beside the event files of a run lies fault.toml: what was planted, and what came of it.
Each of these is logged in two folders, as two people would log it. What is there is kept, so that a second call goes on where the first
one ended. `python -m advisor.calibrate FOLDER` reads it.
"""

import argparse
import contextlib
import io
import math
import multiprocessing
import os
import shutil
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from planted.faults import HEALTHY, changed, planted
from planted.habits import HABITS, RICH
from planted.setting import Setting
from planted.tasks import TASKS

WORKERS = 2
LABEL = "fault.toml"
PLAIN = (1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
RATES = {  # learning rates of a sweep, from hopelessly low to hopelessly high
    "SGD": PLAIN,
    "SGD with momentum": tuple(rate / 10 for rate in PLAIN),
}
ADAPTIVE = (1e-7, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1.0, 10.0)
LENGTHS = (1.0, 0.5, 2.0, 1.0, 4.0)


def families() -> list[Setting]:
    """A setting for each task and optimizer: first one optimizer of each task, then the next."""
    found = []
    for turn in range(3):
        for task, known in TASKS.items():
            if turn < len(known.optimizers):
                n = len(found)
                habit = list(HABITS)[n % len(HABITS)]
                found.append(
                    Setting(
                        task, known.optimizers[turn], math.nan, habit=habit, length=LENGTHS[n % len(LENGTHS)],
                        batch_size=known.batch_size, depth=known.depth, activation=known.activation,
                    )
                )  # fmt: skip
    return found


def name(family: Setting) -> str:
    return f"{family.task}-{family.optimizer.replace(' ', '-').lower()}"


def run(setting: Setting, folders: dict[Path, str], fault: str) -> dict:
    """What is known of this training; trained now if it was not before. Each folder has the log that one habit makes of it."""
    labels = [folder / LABEL for folder in folders]
    if not all(label.exists() for label in labels):
        from planted.training import train

        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        with contextlib.redirect_stdout(io.StringIO()):
            known = train(setting, folders)
        for label, habit in zip(labels, folders.values(), strict=True):
            told = dict(fault=fault, **vars(changed(setting, dict(habit=habit)))) | known
            label.write_text("".join(f"{key} = {toml(value)}\n" for key, value in told.items()))
    return tomllib.loads(labels[0].read_text())


def toml(value) -> str:
    """A TOML value: text, truth or number."""
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(float(value))


def work(number: int, family: Setting, root: Path, deadline: float) -> str:
    """Train what is missing of one family; a line that tells of it."""
    import warnings

    import torch

    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    start, count = time.monotonic(), 0
    try:
        for _ in trained(number, family, root):
            count += 1
            if time.time() > deadline:
                break
    except Exception as error:  # the others are still wanted
        return f"{name(family)}: stopped after {count} runs by {type(error).__name__}: {error}"
    return f"{name(family)}: {count} runs, {time.monotonic() - start:.0f} s"


def trained(number: int, family: Setting, root: Path):
    """One run after another: the sweep, the healthy ones, the faults. All but the sweep are logged twice, poorly and richly."""
    sweep = []
    for rate in RATES.get(family.optimizer, ADAPTIVE):
        folder = root / "sweeps" / name(family) / f"lr-{rate:g}"
        sweep.append(run(changed(family, dict(lr=rate)), {folder: family.habit}, "learning-rate"))
        yield sweep[-1]
    best = min(sweep, key=lambda r: r["val_end"] if math.isfinite(r["val_end"]) else math.inf)["lr"]
    healthy, poor = changed(family, dict(lr=best)), [habit for habit in HABITS if habit not in RICH]
    for i, way in enumerate(HEALTHY):
        folder = root / "runs" / f"{name(family)}-healthy-{way['seed']}"
        yield run(changed(healthy, way), twice(folder, way["habit"], RICH[(i + number) % len(RICH)]), "healthy")
        if "x lr" not in way and way["seed"] <= 2:
            folder = root / "sweeps" / name(family) / f"seed-{way['seed']}"
            yield run(changed(healthy, dict(seed=way["seed"])), {folder: family.habit}, "learning-rate")
    for i, (fault, setting) in enumerate(planted(healthy, number)):
        folder = root / "runs" / f"{name(family)}-{fault}"
        yield run(setting, twice(folder, poor[(i + number) % len(poor)], RICH[(i + number // 2) % len(RICH)]), fault)


def twice(folder: Path, poor: str, rich: str) -> dict[Path, str]:
    return {folder: poor, folder.with_name(f"{folder.name}.{rich}"): rich}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0, help="after these no run is begun (default: 30)")
    given = parser.parse_args()
    try:
        given.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"{given.folder} cannot hold the corpus: {error.strerror}")
    deadline, todo = time.time() + 60 * given.minutes, families()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        jobs = [pool.submit(work, i, family, given.folder, deadline) for i, family in enumerate(todo)]
        for job in jobs:
            print(job.result(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
