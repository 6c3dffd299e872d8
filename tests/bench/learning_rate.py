"""How good is the learning rate that `advisor probe` suggests? python tests/bench/learning_rate.py

Each task is probed, then trained at every half decade of rates at the suggested batch size. Regret is (held-out loss at the
suggested rate - the sweep's best) / (untrained - the sweep's best), so 0 is the best rate and 1 has learned nothing; losses are
means over two seeds. "Range test alone" is what the probe suggests without its race, "today" the rate in the task's file.
"""

import contextlib
import io
import math
import sys
import tempfile
from pathlib import Path

import numpy as np

from probes import contract, lr_range_test, model_file, runner

TASKS = sorted((Path(__file__).parent / "tasks").glob("*.py"))
RATES = np.geomspace(1e-5, 3, 12)
LENGTHS, SEEDS = (300, 1000), (0, 1)


def held_out(path: Path, lr: float, batch_size: int, lengths) -> np.ndarray:
    """Mean held-out loss before and after each number of steps; infinite where the training diverged."""
    with model_file.imported(path) as module:
        losses = []
        for seed in SEEDS:
            training = contract.training_from(module, path, seed)
            training.batch_size, training.lr, taken = batch_size, lr, 0
            row = [training.evaluate()]
            for length in lengths:
                while taken < length and math.isfinite(training.step()):
                    taken += 1
                row.append(training.evaluate() if taken == length else math.inf)
            losses.append(row)
    return np.nan_to_num(np.mean(losses, axis=0), nan=math.inf)


def main() -> None:
    print(
        f"{'task':<16}{'batch':>6}{'rate':>10}{'range test':>12}"
        + "".join(f"{f'{n} steps':>11}{'range test':>12}{'today':>8}" for n in LENGTHS)
    )
    for path in TASKS:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            outcome = runner.probe(path, out=Path(folder, "run"))
        batch = int(outcome.suggestion.batch_size.value or outcome.hparams["batch_size"])
        ramp = lr_range_test.suggested(outcome.tables["lr_range_test"]).value
        rates = {"race": outcome.suggestion.lr.value, "ramp": ramp, "today": outcome.hparams["lr"]}
        sweep = np.array([held_out(path, rate, batch, LENGTHS) for rate in RATES])
        found = {name: held_out(path, rate, batch, LENGTHS) for name, rate in rates.items()}
        print(f"{path.stem:<16}{batch:>6}{rates['race']:>10.1e}{rates['ramp']:>12.1e}", end="")
        for i in range(1, len(LENGTHS) + 1):
            best = min(sweep[:, i].min(), *(row[i] for row in found.values()))
            regret = {name: (row[i] - best) / (sweep[0, 0] - best) for name, row in found.items()}
            print(f"{regret['race']:>11.3f}{regret['ramp']:>12.3f}{regret['today']:>8.3f}", end="")
        print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
