"""Do logs read as fast as they did: python tests/bench/checkouts.py OTHER_CHECKOUT [FORMAT ...]

Ten megabytes of an ordinary log of each format, read by this checkout and by another, in turns, each in a process of its own: the CPU
seconds of the quickest of some, and their ratio. What the other cannot read has no ratio.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from bombs import SIZE, rows, weight  # noqa: E402

from tests.hostile import ordinary  # noqa: E402
from tests.hostile.cases import written  # noqa: E402

TURNS, POINTS = 3, 1000
READ = """
import sys, time, advisor
advisor.read(sys.argv[1])
begin = time.process_time()
[run] = advisor.read(sys.argv[2])
print(sum(map(len, run.scalars.values())), time.process_time() - begin)
"""


def made(kind: str, points: int, folder: Path) -> Path:
    """A folder with an ordinary log of so many points."""
    ordinary.POINTS, ordinary.EPOCHS = points, max(1, points // POINTS)
    return written(folder, ordinary.ORDINARY[kind](rows(points)))


def seconds(checkout: Path, small: Path, folder: Path) -> tuple[int, float]:
    """Points read, and the CPU seconds of it; none in no time where that failed."""
    command = [sys.executable, "-P", "-c", READ, str(small), str(folder)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(checkout)}, cwd="/", capture_output=True, text=True)
    points, used = done.stdout.split() if done.returncode == 0 else ("0", "nan")
    return int(points), float(used)


def main(other: str, *kinds: str) -> None:
    print(f"{'':<16}{'MB':>6}{'points':>9}{'before':>9}{'s before':>10}{'s now':>8}{'ratio':>7}")
    for kind in kinds or ordinary.ORDINARY:
        with tempfile.TemporaryDirectory() as root:
            small = made(kind, POINTS, Path(root, "small"))
            size = weight({str(path): path.read_bytes() for path in small.rglob("*") if path.is_file()})
            folder = made(kind, SIZE * POINTS // size, Path(root, "whole"))
            size = sum(path.stat().st_size for path in folder.rglob("*"))
            turns = [(seconds(Path(other), small, folder), seconds(ROOT, small, folder)) for _ in range(TURNS)]
        (had, before), (points, now) = (min(times, key=lambda it: it[1]) for times in zip(*turns, strict=True))
        print(f"{kind:<16}{size / 1e6:>6.1f}{points:>9}{had:>9}{before:>10.2f}{now:>8.2f}{now / before:>7.2f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
