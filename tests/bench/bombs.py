"""Ten megabytes of anything against an ordinary log of as many: python tests/bench/bombs.py [NAME ...]

Each of tests/hostile/bombs.py is diagnosed from the command line, and so is a training's log of its size and format: the CPU seconds of
both, their ratio, and the most memory that a bomb took. More than 10 times the seconds or 300 MB is marked.
"""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.bombs import BOMBS  # noqa: E402
from tests.hostile.cases import written  # noqa: E402
from tests.hostile.ordinary import ORDINARY, Files, Rows  # noqa: E402

SIZE, TIMES, MEMORY, PATIENCE = 10_000_000, 10, 300, 600  # bytes, times as slow, MB, seconds
KINDS = {".jsonl": "json-lines", ".json": "keras", ".csv": "csv", ".log": "text 0", ".wandb": "wandb"}  # else events


def rows(points: int) -> Rows:
    t, noise = np.linspace(0, 1, points), np.exp(0.02 * np.random.default_rng(0).standard_normal(points))
    return {"train_loss": (0.3 + 2 * np.exp(-8 * t)) * noise, "val_loss": 0.4 + 2 * np.exp(-8 * t), "lr": np.full(points, 1e-3)}


def weight(files: Files) -> int:
    return sum(map(len, files.values()))


@cache
def ordinary(kind: str) -> tuple[float, int]:
    """CPU seconds and MB of an ordinary log."""
    from tests.hostile import ordinary as made

    points = made.POINTS = 1000
    made.POINTS = points = SIZE * points // weight(ORDINARY[kind](rows(points)))
    made.EPOCHS = max(1, points // 1000)
    return diagnosed(ORDINARY[kind](rows(points)))


def diagnosed(files: Files) -> tuple[float, int]:
    """CPU seconds and MB that `advisor diagnose` took."""
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), files)
        command = [sys.executable, "-m", "advisor", "diagnose", folder]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss >> 10


def main(*names: str) -> None:
    print(f"{'':<20}{'MB':>6}{'CPU s':>8}{'ordinary':>10}{'ratio':>7}{'MB held':>9}{'ordinary':>10}")
    for name in names or BOMBS:
        files = BOMBS[name](SIZE)
        files = BOMBS[name](SIZE * SIZE // weight(files))
        kind = KINDS.get(Path(max(files, key=lambda path: len(files[path]))).suffix, "events")
        (seconds, held), (usual, usually_held) = diagnosed(files), ordinary(kind)
        mark = "  too slow" * (seconds > TIMES * usual) + "  too large" * (held > MEMORY)
        figures = f"{seconds:>8.2f}{usual:>10.2f}{seconds / usual:>7.1f}{held:>9}{usually_held:>10}"
        print(f"{name:<20}{weight(files) / 1e6:>6.1f}{figures}{mark}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
