"""Runs the measurements one after the other on one training, logs them, and draws the suggestion from them.

The runner owns time, seeds, failures, progress and restoring; a measurement owns only its idea.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes import contract, gradient_noise_scale, loss_curve, lr_range_test, model_file, peak_memory, suggest, throughput
from probes.device_memory import ran_out
from probes.outcome import Cost, Estimate, Outcome, Suggestion
from probes.run_directory import RunDirectory, default_path
from probes.training import Training

SECONDS = 8.0  # a measurement of a slow model
STAGES = 7
RAMPS = 3
CHECKS = (gradient_noise_scale, lr_range_test, peak_memory, throughput, loss_curve)
Progress = Callable[[str, float, float], None]


def probe(path: Path, *, out: Path | None = None, seed: int = 0, progress: Progress | None = None) -> Outcome:
    """Measure the training of a `model.py` and suggest a learning rate and a batch size.

    Everything is logged as a TensorBoard run in `out` (default: runs/probe-<name>-<time>); `progress(description, done, total)` is
    called as it goes. What the user's code prints goes to standard error.

    Raises
    ------
    AdvisorError
        PyTorch is missing, `path` does not keep the contract, or `out` exists.
    """
    model_file.need_torch()
    with kept_random_states(), contextlib.redirect_stdout(sys.stderr), model_file.imported(path) as module:
        begin = time.perf_counter()
        training = contract.training_from(module, Path(path).resolve(), seed)
        bench = Bench(training, RunDirectory(out or default_path(Path(path))), seed, progress or (lambda *_: None))
        try:
            suggestion = suggested(bench)
        finally:
            bench.log.describe(training.hparams)
            bench.log.close()
        cost = Cost(training.taken, round(time.perf_counter() - begin, 1))
    return Outcome(
        suggestion,
        cost,
        bench.log.path,
        (*training.notes, *bench.notes),
        str(path),
        training.hparams,
        bench.log.tables(),
        tuple(bench.findings()),
    )


@contextlib.contextmanager
def kept_random_states():
    from probes.snapshot import RandomStates

    before = RandomStates()
    try:
        yield
    finally:
        before.put_back()


class Bench:
    """A training under measurement, and what came of it so far."""

    def __init__(self, training: Training, log: RunDirectory, seed: int, progress: Progress):
        self.training, self.log, self.seed, self.progress = training, log, seed, progress
        self.notes: list[str] = []
        self.stage, self.interrupted = 0, False

    def measure(self, module, title: str, rows: int, *, at: dict[str, Any] | None = None, **options) -> None:
        """Log the measurement's rows, about as many as `rows`, then restore the training.

        A failure costs a sentence; Ctrl-C ends this measurement and all that follow.
        """
        if self.interrupted:
            return
        name = module.__name__.rpartition(".")[2]
        try:
            self.progress(title, self.stage, STAGES)
            with self.training.restored():
                self.settle(at)
                for i, row in enumerate(module.measure(self.training, **options), 1):
                    self.log.row(module, {column: float(value) for column, value in row.items()})
                    self.progress(title, self.stage + min(i / rows, 1), STAGES)
        except KeyboardInterrupt:
            self.interrupt()
        except Exception as error:
            self.log.failed(name)
            self.notes.append(f"Measuring {title} broke off: {failure(error)}.")
        self.stage += 1

    def interrupt(self) -> None:
        self.interrupted = True
        self.notes.append("Interrupted; the suggestion rests on what was measured until then.")

    def settle(self, at: dict[str, Any] | None) -> None:
        for name, value in (at or {}).items():
            setattr(self.training, name, value)

    def seconds_per_step(self, at: dict[str, Any] | None = None) -> float:
        """The fastest of a few steps; a second where they fail."""
        try:
            with self.training.restored():
                self.settle(at)
                self.training.step()
                return min(throughput.timed(self.training)[0] for _ in range(4))
        except KeyboardInterrupt:
            self.interrupt()
        except Exception:  # the measurement itself will tell
            pass
        return 1.0

    def steps(self, seconds: float, least: int, most: int, at: dict[str, Any] | None = None) -> int:
        """How many steps fit in this many seconds, within bounds."""
        return 0 if self.interrupted else int(min(most, max(least, seconds / self.seconds_per_step(at))))

    def findings(self):
        """What the measurements' checks say of the rows logged."""
        for module in CHECKS:
            name = module.__name__.rpartition(".")[2]
            if name in self.log.rows:
                yield from module.check(self.log.table(name))


def failure(error: Exception) -> str:
    return "memory ran out" if ran_out(error) else f"{type(error).__name__}: {' '.join(str(error).split())[:200].rstrip('.')}"


def suggested(bench: Bench) -> Suggestion:
    """Measure, in the order in which each needs the ones before."""
    training = bench.training
    bench.measure(gradient_noise_scale, "gradient noise at the start", 3)
    bench.measure(lr_range_test, "learning rates, quickly", 100, steps=bench.steps(SECONDS, 40, 100), seed=bench.seed)
    rate = learning_rate(bench).value or training.lr
    bench.measure(gradient_noise_scale, "gradient noise after some training", 3, lr=rate, steps=bench.steps(SECONDS / 2, 20, 100))
    bench.measure(peak_memory, "memory", 10, seconds=SECONDS)
    tables = bench.log.tables()
    most = peak_memory.largest(tables["peak_memory"])[0] if "peak_memory" in tables else None
    bench.measure(throughput, "throughput", 10, most=most, seconds=SECONDS)
    size, accumulation = suggest.batch_size(bench.log.tables(), training.examples)
    at: dict[str, Any] = {
        "batch_size": int(size.value or min(training.batch_size, most or training.batch_size)),
        "accumulation_steps": accumulation,
    }
    steps = bench.steps(SECONDS, 40, 100, at)
    done = int(at["batch_size"] == training.batch_size and accumulation == 1)  # the quick ramp was one of the three
    ramps = {"ramps": RAMPS - done, "first": done, "seed": bench.seed}
    bench.measure(lr_range_test, "learning rates", (RAMPS - done) * steps, at=at, steps=steps, **ramps)
    lr = learning_rate(bench)
    at["lr"] = lr.value or training.lr
    bench.log.describe({**training.hparams, **at})
    bench.measure(loss_curve, "a short training as suggested", 300, at=at, steps=bench.steps(SECONDS, 30, 300, at))
    return Suggestion(lr, size, accumulation, precision(training))


def learning_rate(bench: Bench) -> Estimate:
    """From the range tests so far."""
    if "lr_range_test" not in bench.log.rows:
        return Estimate(None, None, None, "no range test was run")
    return lr_range_test.suggested(bench.log.table("lr_range_test"))


def precision(training: Training) -> str:
    import torch

    return "bf16" if training.device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
