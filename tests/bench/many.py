"""How long `advisor diagnose` takes over many runs, and how much memory: python tests/bench/many.py [RUNS]

Runs of 600 points in folders of fifty, by one process and by all cores; then as many folders times fifty that hold no logs.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tensorboard.compat.proto.event_pb2 import Event  # noqa: E402
from tensorboard.summary.writer.record_writer import RecordWriter  # noqa: E402

from advisor.curves import fall, line, nan_after, noise, rise  # noqa: E402

KINDS = (
    {"Loss/train": fall() * noise(0.03), "Loss/test": fall(end=0.4) * noise(0.03), "lr": line(0.01, 0.01)},
    {"Loss/train": fall(end=0.02), "Loss/test": fall(end=0.6) + rise(0.5, after=0.4), "lr": line(0.03, 0.03)},
    {"Loss/train": fall() * nan_after(0.1), "Loss/test": fall() * nan_after(0.1), "lr": line(3, 3)},
    {"Loss/train": line(2.3, 2.1) * noise(0.01), "Loss/test": line(2.3, 2.15), "lr": line(1e-5, 1e-5)},
)
BARE = 50  # folders without logs for each run


def event_file(curves) -> bytes:
    """An event file with a point of each curve every twenty steps."""
    file = io.BytesIO()
    writer = RecordWriter(file)
    for tag, values in curves.items():
        for i, value in enumerate(values):
            event = Event(step=20 * i, wall_time=1e9 + i)
            event.summary.value.add(tag=tag, simple_value=value)
            writer.write(event.SerializeToString())
    return file.getvalue()


def sweep(root: Path, runs: int) -> None:
    files = [event_file(curves) for curves in KINDS]
    for i in range(runs):
        folder = root / f"search{i // 50}" / f"trial{i}"
        folder.mkdir(parents=True)
        (folder / "events.out.tfevents.1").write_bytes(files[i % len(files)])


def measured(name: str, runs: int, *arguments: str) -> None:
    """Print the wall and processor time of a diagnosis, a run's share, and the largest process."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "advisor", "diagnose", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - begin
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name:<28}{wall:>8.1f}{busy:>11.1f}{1000 * wall / runs:>10.1f}{after.ru_maxrss / 1024:>12.0f}")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"{runs} runs, {os.cpu_count()} cores\n{'':<28}{'seconds':>8}{'processor':>11}{'ms a run':>10}{'largest MB':>12}")
    with tempfile.TemporaryDirectory() as folder:
        sweep(Path(folder, "runs"), runs)
        measured("one process", runs, f"{folder}/runs", "--jobs", "1", "--json")
        measured("all cores", runs, f"{folder}/runs", "--json")
        measured("all cores, as a table", runs, f"{folder}/runs")
        for i in range(BARE * runs):
            Path(folder, "runs", f"bare{i // 1000}", str(i)).mkdir(parents=True)
        measured(f"with {BARE * runs} bare folders", runs, f"{folder}/runs", "--json")


if __name__ == "__main__":
    main()
