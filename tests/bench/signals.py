"""Signals at random moments over every command that starts processes: `python -m tests.bench.signals [HOW_MANY] [FIRST_SEED]`.

For each: did anything survive five seconds, did a file of the user's change, can every run directory and all JSON be read, is the exit
status the signal's, and how long did it take to end.
"""

import sys
import tempfile
from pathlib import Path

from tests.commands.signal_trials import drawn, project, tried


def main(count: int = 200, first: int = 0) -> int:
    """Print what is wrong, and in the end how many trials were right."""
    faults, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        folder.mkdir()
        project(folder)
        for seed in range(first, first + count):
            trial = tried(folder, *drawn(seed))
            slowest = max(slowest, trial.seconds)
            faults += bool(trial.faults)
            for fault in trial.faults:
                print(f"seed {seed}: {fault}", trial.said[-600:], flush=True)
    print(f"{count - faults} of {count} right; the slowest took {slowest:.1f} s to end.")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
