"""Runs the measurements one after the other on one training, logs them, and draws the suggestion from them.

The runner owns time, seeds, failures, progress and restoring; a measurement owns only its idea.
"""

import contextlib
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from probes import contract, gradient_noise_scale, loss_curve, lr_range_test, model_file, peak_memory, rate_race, suggest, throughput
from probes.bench import STAGES, Bench, Progress
from probes.outcome import Cost, Estimate, Outcome, Suggestion
from probes.run_directory import RunDirectory, default_path
from probes.training import Training

SECONDS = 8.0  # a measurement of a slow model
RACE = 300, 950  # the least and the most steps of a race
RAMP = 40, 100  # the least and the most steps of one


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
            bench.progress("done", STAGES, STAGES)
        finally:
            bench.log.describe(training.hparams)
            bench.log.close()
        cost = Cost(training.taken, round(time.perf_counter() - begin, 1))
    notes, findings = (*training.notes, *bench.notes), tuple(bench.findings())
    return Outcome(suggestion, cost, bench.log.path, notes, str(path), training.hparams, bench.log.tables(), findings)


@contextlib.contextmanager
def kept_random_states():
    from probes.snapshot import RandomStates

    before = RandomStates()
    try:
        yield
    finally:
        before.put_back()


def suggested(bench: Bench) -> Suggestion:
    """Measure, in the order in which each needs the ones before."""
    training, pace = bench.training, bench.seconds_per_step()
    noise: dict[str, Any] = {"microbatch": int(np.clip(SECONDS / 32 / (pace / training.batch_size), 8, 32))}
    bench.measure(gradient_noise_scale, "gradient noise at the start", 3, **noise)
    if RAMP[0] * pace < SECONDS:  # else today's learning rate has to do for what comes before the real range test
        bench.measure(lr_range_test, "learning rates, quickly", RAMP[1], steps=bench.steps(SECONDS, *RAMP), seed=bench.seed)
    rate = learning_rate(bench).value or training.lr
    bench.measure(gradient_noise_scale, "gradient noise later on", 3, lr=rate, steps=bench.steps(SECONDS / 2, 20, 100), **noise)
    bench.measure(peak_memory, "memory", 10, seconds=SECONDS)
    tables = bench.log.tables()
    most = peak_memory.largest(tables["peak_memory"])[0] if "peak_memory" in tables else None
    bench.measure(throughput, "throughput", 10, most=most, seconds=SECONDS)
    size, accumulation = suggest.batch_size(bench.log.tables(), training.examples)
    micro = size.value or min(training.batch_size, most or training.batch_size)
    at: dict[str, Any] = {"batch_size": int(micro), "accumulation_steps": accumulation}
    lr = raced(bench, at, ramped(bench, at))
    at["lr"] = lr.value or training.lr
    bench.log.describe({**training.hparams, **at})
    bench.measure(loss_curve, "a short training as suggested", 300, at=at, steps=bench.steps(SECONDS, 30, 300, at))
    return Suggestion(lr, size, accumulation, precision(training))


def ramped(bench: Bench, at: dict[str, Any]) -> Estimate:
    """The range test's learning rate at these settings; the quick one counts where it was the same."""
    quick = "lr_range_test" in bench.log.rows and at == {"batch_size": bench.training.batch_size, "accumulation_steps": 1}
    if not quick:
        steps = bench.steps(SECONDS, *RAMP, at)
        bench.measure(lr_range_test, "learning rates", steps, at=at, steps=steps, seed=bench.seed)
    return learning_rate(bench)


def raced(bench: Bench, at: dict[str, Any], ramp: Estimate) -> Estimate:
    """The learning rate that a race below the range test's edge leaves; the range test's own where there was no race."""
    if "lr_range_test" not in bench.log.rows:
        return ramp
    edge = lr_range_test.unstable(bench.log.table("lr_range_test"))
    options: dict[str, Any] = {"edge": edge, "budget": bench.steps(2 * SECONDS, *RACE, at), "seed": bench.seed}
    bench.measure(rate_race, "a race of learning rates", 25, at=at, **options)
    race = rate_race.suggested(bench.log.table("rate_race")) if "rate_race" in bench.log.rows else None
    return race if race is not None and race.value is not None else ramp


def learning_rate(bench: Bench) -> Estimate:
    """From the range tests so far."""
    if "lr_range_test" not in bench.log.rows:
        return Estimate(None, None, None, "no range test was run")
    return lr_range_test.suggested(bench.log.table("lr_range_test"))


def precision(training: Training) -> str:
    import torch

    return "bf16" if training.device.type == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
