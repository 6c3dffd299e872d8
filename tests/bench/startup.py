"""How long `advisor diagnose` takes on a small run, the whole process, against `import pandas`: python tests/bench/startup.py

Best of five each, taken in turns, with modules compiled beforehand as an installation compiles them.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = ROOT / "sample_runs" / "overfitting"
COMMANDS = {
    "bare Python": ["-c", "pass"],
    "import typer": ["-c", "import typer"],
    "import numpy": ["-c", "import numpy"],
    "import pandas": ["-c", "import pandas"],
    "advisor --help": ["-m", "advisor", "--help"],
    "advisor diagnose": ["-m", "advisor", "diagnose", str(RUN)],
    "advisor diagnose --json": ["-m", "advisor", "diagnose", str(RUN), "--json"],
}
ROUNDS = 5


def seconds(arguments: list[str], compiled: str) -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": compiled}
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main() -> None:
    with tempfile.TemporaryDirectory() as compiled:
        for arguments in COMMANDS.values():
            seconds(arguments, compiled)
        rounds = [{name: seconds(arguments, compiled) for name, arguments in COMMANDS.items()} for _ in range(ROUNDS)]
    best = {name: min(taken[name] for taken in rounds) for name in COMMANDS}
    print(f"{'':<26}{'seconds':>8}{'of pandas':>12}")
    for name, taken in best.items():
        print(f"{name:<26}{taken:>8.3f}{taken / best['import pandas']:>11.0%}")


if __name__ == "__main__":
    main()
