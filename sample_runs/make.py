"""Train the sample runs again: `python sample_runs/make.py [name ...]`, all of them without a name.

Each train.py runs in a process of its own. Afterwards nothing in its folder tells on which machine that was: event files lose the host name
and the process id from their names, train.log loses the folders.
"""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
EVENTS = "events.out.tfevents.*"
TIME_LIMIT = 120  # seconds
PACKAGES = re.compile(r"[^\s\"']*/(?:site|dist)-packages/")
LIBRARY = re.compile(r"[^\s\"']*/lib/python3[^/\s]*/")


def make(folder: Path) -> str:
    """Train one run again; one line that says how it went."""
    clear(folder)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, folder / "train.py"], capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    seconds = time.perf_counter() - start
    files = anonymize(folder)
    last = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    return f"{folder.name}: {seconds:.1f} s, {files} event files" + "".join(f", ended with {line}" for line in last)


def clear(folder: Path) -> None:
    """Remove the old event files and the folders that held nothing else."""
    for file in folder.rglob(EVENTS):
        file.unlink()
    for below in sorted((d for d in folder.rglob("*") if d.is_dir()), reverse=True):
        if below.name == "__pycache__":
            shutil.rmtree(below)
        elif not any(below.iterdir()):
            below.rmdir()


def anonymize(folder: Path) -> int:
    """Rename the event files, make the paths in train.log relative; the number of event files."""
    files = sorted(folder.rglob(EVENTS), key=written)
    for number, file in enumerate(files):
        file.rename(file.with_name(f"events.out.tfevents.{written(file)[0]}.sample.{number}"))
    for log in folder.rglob("train.log"):
        log.write_text(relative(log.read_text(), folder))
    return len(files)


def written(file: Path) -> tuple[int, int, str]:
    """When an event file was opened, and its place among those of that second: events.out.tfevents.<seconds>.<host>.<pid>.<number>."""
    parts = file.name.split(".")
    return int(parts[3]), int(parts[-1]), str(file)


def relative(text: str, folder: Path) -> str:
    """The text with paths into the run, into packages and into Python's library shortened to what follows those folders."""
    text = text.replace(f"{folder}/", "")
    return LIBRARY.sub("", PACKAGES.sub("", text))


def main(names: list[str]) -> None:
    folders = [HERE / name for name in names] or sorted(path.parent for path in HERE.glob("*/train.py"))
    for folder in folders:
        if not (folder / "train.py").exists():
            sys.exit(f"no sample run is named {folder.name}; there are {', '.join(sorted(p.parent.name for p in HERE.glob('*/train.py')))}")
        print(make(folder), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
