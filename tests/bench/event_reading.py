"""Event files read whole, by advisor and by its peers: python tests/bench/event_reading.py   (about three minutes)

Each reading is a process of its own: CPU seconds with those of the processes it starts, and the growth of its memory, both after a first
small file has loaded what there is to load. `pip install -e ".[bench]"` brings the peers; those that are missing are left out.
"""

import json
import subprocess
import sys
import tempfile
from os import times
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from event_readers import READERS, memory, only_file  # noqa: E402

NAME = "events.out.tfevents.1700000000.host.1.0"
SMALL = "1,500 scalars"
# title -> kind, steps, tags
CASES = {
    SMALL: ("scalars", 500, 3),
    "100,000 scalars": ("scalars", 5000, 20),
    "1,000,000 scalars": ("scalars", 50_000, 20),
    "1,000,000 scalars as tensors": ("tensors", 50_000, 20),
    "14,000 histograms": ("histograms", 700, 20),
}
FOLDERS = 1000


def make(root: str) -> None:
    """The files of all cases; the name of each folder ends with the last step of its tags."""
    from made_event_files import histograms, scalars, write

    for kind, steps, tags in CASES.values():
        folder = folder_of(Path(root), kind, steps)
        folder.mkdir()
        write(folder / NAME, histograms(steps, tags) if kind == "histograms" else scalars(steps, tags, kind == "tensors"))
    for i in range(FOLDERS):
        folder = Path(root) / "many" / f"run_{i}"
        folder.mkdir(parents=True)
        write(folder / NAME, scalars(*CASES[SMALL][1:]))


def folder_of(root: Path, kind: str, steps: int) -> Path:
    return root / f"{kind}-{steps - 1}"


def measure(reader: str, root: str, kind: str, steps: str) -> None:
    """Print points read, CPU seconds and bytes of memory."""
    read = READERS[reader].read
    small, folder = folder_of(Path(root), CASES[SMALL][0], CASES[SMALL][1]), folder_of(Path(root), kind, int(steps))
    read(small)
    before, used = memory("VmRSS"), cpu()
    points, elsewhere = read(folder)
    print(json.dumps([points, cpu() - used, memory("VmHWM") - before + elsewhere]))


def scan(root: str) -> None:
    """Print runs read and CPU seconds, of a folder of many."""
    import advisor

    used = cpu()
    print(json.dumps([len(advisor.read(Path(root) / "many")), cpu() - used, 0]))


def cpu() -> float:
    """Seconds of this process and of those it started and that ended."""
    return process_time() + times().children_user + times().children_system


def child(*arguments: str) -> list:
    output = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return json.loads(output.strip().splitlines()[-1]) if output else []


def main() -> None:
    here = {name: reader for name, reader in READERS.items() if reader.is_here}
    if missing := READERS.keys() - here.keys():
        print(f'not installed, so left out: {", ".join(sorted(missing))}; pip install -e ".[bench]"')
    with tempfile.TemporaryDirectory() as root:
        child("make", root)
        print(f"{'':<30}{'':<18}{'MB':>6}{'CPU s':>9}{'advisor is':>13}{'B/point':>9}")
        for title, (kind, steps, _) in CASES.items():
            size = only_file(folder_of(Path(root), kind, steps)).stat().st_size
            rows = {name: child("measure", name, root, kind, str(steps)) for name, reader in here.items() if kind not in reader.slow}
            for name, (points, seconds, grown) in rows.items():
                ratio = f"{seconds / rows['advisor'][1]:.1f}× faster" if name != "advisor" else ""
                print(f"{title:<30}{name:<18}{size / 1e6:>6.1f}{seconds:>9.3f}{ratio:>13}{grown / points:>9.0f}")
                title = ""
        runs, seconds, _ = child("scan", root)
        print(f"{runs} runs of {SMALL} found and read in {seconds:.1f} CPU s")


if __name__ == "__main__":
    {"make": make, "measure": measure, "scan": scan}.get(sys.argv[1])(*sys.argv[2:]) if sys.argv[1:] else main()
