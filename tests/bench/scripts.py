"""Is a probe right on anyone's script? python tests/bench/scripts.py FOLDER [--only NAME ...] [--load N] [--label NAME] [--again]

The scripts of tests/bench/scripts are probed as they are, and what is suggested is graded against a sweep that was really trained, each
training as long as the script's own. FOLDER keeps sweeps, probes and the table, and what is there is not done again; `--label` keeps the
probes of another state of the program apart, `--again` probes once more with the same seed, `--load` keeps so many processes busy.

A script's line tells whether there was an answer; its parts: S a first look, N noise, M memory, T throughput, L a raced learning rate,
q one of a range test; today's rate, the one suggested, the best of the sweep; the regret of today's and of the suggested one, (loss -
best) / (untrained - best); the batch size, and "worse" where today's was better by more than the two seeds of each differ.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import advisor
from tests.bench.script_sweeps import SCRIPTS, Entry, Truth, entries, lowest

PARTS = {
    "S": "sanity",
    "N": "gradient_noise_scale",
    "M": "peak_memory",
    "T": "throughput",
    "L": "rate_race",
}
SAME = 1.02  # times today's rate: no change
LONGEST = 900  # seconds of a probe
HEADER = f"{'':<20}{'answer':<9}{'parts':<7}{'s':>5}{'today':>9}{'suggested':>10}{'best':>9}{'regret':>8}{'':>2}{'':>7}  batch"


def probed(entry: Entry, kept: Path) -> dict[str, Any]:
    """What `advisor probe` answered, in a folder with copies of all scripts; kept."""
    if kept.exists():
        return json.loads(kept.read_text())
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "scripts"
        shutil.copytree(SCRIPTS, there, ignore=shutil.ignore_patterns("__pycache__"))
        words = entry.words if "--" in entry.words else [*entry.words, "--"]
        at = words.index("--")
        command = [sys.executable, "-m", "advisor", "probe", *words[:at], "--json", "--out", f"{folder}/run", *words[at:]]
        begin = time.perf_counter()
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=there, env=environment, capture_output=True, text=True, timeout=LONGEST)
        found = {"status": done.returncode, "seconds": round(time.perf_counter() - begin), "stderr": done.stderr}
        found |= {"answer": json.loads(done.stdout or "null"), "parts": parts(Path(folder) / "run")}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found, indent=1))
    return found


def parts(run: Path) -> str:
    """A letter for each measurement that the run holds."""
    scalars = advisor.read(run)[0].scalars if run.is_dir() else {}
    tags = {tag.partition("/")[0] for tag in scalars}
    letters = "".join(letter if tag in tags else "-" for letter, tag in PARTS.items())
    return letters[:-1] + "q" if letters[-1] == "-" and "lr_range_test" in tags else letters


def graded(entry: Entry, found: dict[str, Any], truth: Truth) -> dict[str, Any]:
    """The row of a script that has a rate: what was suggested, and what really training at it and at today's comes to."""
    lr, size = found["answer"]["suggestion"]["lr"], found["answer"]["suggestion"]["batch_size"]
    compared, today = size["compared"], truth.today
    moved = compared is not None and size["value"] != compared["today"]
    value = lr["value"] if lr["value"] is not None else today
    kept = not moved and max(value / today, today / value) < SAME
    own, sweep = truth.losses(1.0), truth.sweep()
    losses = own if kept else truth.losses(value / today, (compared["today"], size["value"]) if moved else None)
    noise = sum(float(np.ptp(of)) for of in (own, losses)) / 2
    worse = not kept and not np.mean(losses) <= np.mean(own) + noise
    regrets = {"regret_today": truth.regret(own), "regret": truth.regret(losses)}
    sizes = f"{compared['today']} → {size['value']}" if moved else str(size["value"] or "-")
    told = {"today": today, "suggested": lr["value"], "best": lowest(sweep) * today, "size": sizes}
    return told | regrets | {"worse": bool(worse), "kept": kept}


def row(entry: Entry, folder: Path, label: str) -> dict[str, Any]:
    """All that is told of a script."""
    found = probed(entry, folder / label / f"{entry.name}.json")
    told = {"name": entry.name, "parts": found["parts"], "seconds": found["seconds"], "answer": bool(found["answer"])}
    if found["answer"] and not entry.no_rate:
        told |= graded(entry, found, Truth(entry, folder / "sweeps"))
    elif found["answer"]:
        told |= {"suggested": found["answer"]["suggestion"]["lr"]["value"]}
    else:
        told |= {"said": found["stderr"].strip()[-200:]}
    return told


def line(told: dict[str, Any]) -> str:
    """Of the table."""
    rate = told.get("suggested")
    shown = f"{told['name']:<20}{'yes' if told['answer'] else 'sentence':<9}{told['parts']:<7}{told['seconds']:>5}"
    if "best" not in told:
        return shown + f"{'':>9}{f'{rate:.1e}' if rate else '-':>10}  {told.get('said', '')}"
    numbers = f"{told['today']:>9.1e}{f'{rate:.1e}' if rate else '-':>10}{told['best']:>9.1e}"
    regrets = f"{told['regret_today']:>8.3f}{'→':>2}{told['regret']:>7.3f}"
    return shown + numbers + regrets + f"  {told['size']} {'worse' if told['worse'] else ''}"


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many others that compute all the time."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--load", type=int, default=0)
    parser.add_argument("--label", default="now")
    parser.add_argument("--again", action="store_true")
    chosen = parser.parse_args()
    folder, label = chosen.folder.resolve(), chosen.label + "-again" * chosen.again
    print(HEADER)
    rows = []
    for entry in entries(chosen.only):
        with busy(chosen.load):
            probed(entry, folder / label / f"{entry.name}.json")
        rows.append(row(entry, folder, label))
        print(line(rows[-1]), flush=True)
    graded = [told for told in rows if "best" in told]
    (folder / label / "table.json").write_text(json.dumps(rows, indent=1))
    if graded:
        regrets, before = ([told[name] for told in graded] for name in ("regret", "regret_today"))
        print(f"regret of {len(graded)}: {np.mean(regrets):.3f} mean, {max(regrets):.2f} worst; today's {np.mean(before):.3f} mean")
        worse, answered = sum(told["worse"] for told in graded), sum(told["answer"] for told in rows)
        print(f"worse than today's: {worse}; answered {answered} of {len(rows)}")


if __name__ == "__main__":
    main()
