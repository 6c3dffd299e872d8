"""Runs the measurements one after the other on one training, logs them, and draws the suggestion from them.

The runner owns what a probe may take, seeds, failures, progress and restoring; a measurement owns only its idea.
"""

from pathlib import Path
from typing import Any

import numpy as np

from probes import gradient_noise_scale, loss_curve, lr_range_test, model_file, peak_memory, rate_race, suggest, throughput
from probes.allowance import Allowance
from probes.bench import STAGES, Bench, Progress
from probes.outcome import Cost, Estimate, Outcome, Suggestion
from probes.recipe import ModelFile
from probes.remote import Remote
from probes.run_directory import RunDirectory, default_path
from probes.scope import Part, Scope
from probes.training import Training

EVERYTHING = Scope()
RAMP = 40, 100  # the least and the most steps of a range test
CURVE = 30, 300  # and of the short training at the end


def probe(path: Path, *, out: Path | None = None, scope: Scope = EVERYTHING, progress: Progress | None = None) -> Outcome:
    """Measure the training of a `model.py` and suggest a learning rate and a batch size.

    The training lives in a process of its own. Everything is logged as a TensorBoard run in `out` (default: runs/probe-<name>-<time>);
    `progress(description, done, total)` is called as it goes. What the user's code prints goes to standard error.

    Raises
    ------
    AdvisorError
        PyTorch is missing, `path` does not keep the contract, or `out` exists.
    """
    model_file.need_torch()
    allowance = Allowance(scope.steps, scope.seconds)
    training = Remote(ModelFile(model_file.found(path), scope.seed), allowance)
    try:
        log = RunDirectory(out or default_path(Path(path)))
        return probed(training, log, scope, allowance, progress or (lambda *_: None), str(path))
    finally:
        training.close()


def probed(training: Training, log: RunDirectory, scope: Scope, allowance: Allowance, progress: Progress, model: str) -> Outcome:
    """Measure this training; `log` is closed at the end."""
    if scope.memory:
        training.memory_budget = scope.memory
    today, notes = training.hparams, training.notes
    bench = Bench(training, log, scope, allowance, progress)
    try:
        suggestion = suggested(bench, today)
        progress("done", STAGES, STAGES)
    finally:
        log.describe(today)
        log.close()
    cost = Cost(allowance.taken, round(allowance.elapsed, 1))
    return Outcome(suggestion, cost, log.path, (*notes, *bench.notes), model, today, log.tables(), tuple(bench.findings()))


def suggested(bench: Bench, today: dict[str, Any]) -> Suggestion:
    """Measure what was asked for, each part settling what it needs from the ones before."""
    lr = noise(bench, today["lr"]) if bench.scope.wants(Part.noise) else None
    most = memory(bench) if bench.scope.wants(Part.memory) else None
    if bench.scope.wants(Part.throughput):
        bench.measure(throughput, "throughput", 10, most=most, seconds=bench.seconds(Part.throughput))
    size, accumulation = suggest.batch_size(bench.log.tables(), bench.training.examples)
    micro = size.value or min(today["batch_size"], most or today["batch_size"])
    at: dict[str, Any] = {"batch_size": int(micro), "accumulation_steps": accumulation}
    if bench.scope.wants(Part.lr):
        lr = raced(bench, at, ramped(bench, at, today["batch_size"]))
    at["lr"] = lr.value if lr and lr.value else today["lr"]
    bench.log.describe({**today, **at})
    if bench.scope.only is None:
        bench.measure(loss_curve, "a short training as suggested", 300, at=at, steps=bench.steps(Part.sanity, *CURVE, at))
    return Suggestion(lr or Estimate(None, None, None, "it was not asked for"), size, accumulation, precision(bench.training))


def noise(bench: Bench, today: float) -> Estimate:
    """The noise scale at the start and, at a rate that a quick ramp found, after some training."""
    pace = bench.seconds_per_step()
    micro: dict[str, Any] = {"microbatch": int(np.clip(bench.seconds(Part.noise) / 64 / (pace / bench.training.batch_size), 8, 32))}
    bench.measure(gradient_noise_scale, "gradient noise at the start", 3, **micro)
    if RAMP[0] * pace < bench.seconds(Part.noise):  # else today's rate has to do
        bench.measure(lr_range_test, "learning rates, quickly", RAMP[1], steps=bench.steps(Part.noise, *RAMP), seed=bench.scope.seed)
    rate = learning_rate(bench)
    steps = bench.steps(Part.noise, 20, 100)
    bench.measure(gradient_noise_scale, "gradient noise later on", 3, lr=rate.value or today, steps=steps, **micro)
    return rate


def memory(bench: Bench) -> int | None:
    """The largest batch that fits, as far as is known."""
    bench.measure(peak_memory, "memory", 10, seconds=bench.seconds(Part.memory))
    return peak_memory.largest(bench.log.table("peak_memory"))[0] if "peak_memory" in bench.log.rows else None


def ramped(bench: Bench, at: dict[str, Any], today: int) -> Estimate:
    """The learning rate at these settings, by range tests; the quick one counts where it was the same."""
    done = int("lr_range_test" in bench.log.rows and at == {"batch_size": today, "accumulation_steps": 1})
    if not done:
        steps = bench.steps(Part.noise, *RAMP, at)
        bench.measure(lr_range_test, "learning rates", steps, at=at, steps=steps, seed=bench.scope.seed)
    return learning_rate(bench)


def raced(bench: Bench, at: dict[str, Any], ramp: Estimate) -> Estimate:
    """The learning rate that a race around the range test's leaves; the range test's own where there was no race."""
    if bench.scope.quick or ramp.value is None or ramp.high is None:
        return ramp
    today = bench.training.lr
    rates = rate_race.candidates(ramp.value, today, lr_range_test.unstable(bench.log.table("lr_range_test")))
    steps = bench.steps(Part.lr, 30, 300, at)
    bench.measure(rate_race, "a race of learning rates", len(rates), at=at, rates=rates, today=today, steps=steps)
    race = rate_race.suggested(bench.log.table("rate_race")) if "rate_race" in bench.log.rows else None
    return race if race is not None and race.value is not None else ramp


def learning_rate(bench: Bench) -> Estimate:
    """From the range tests so far."""
    if "lr_range_test" not in bench.log.rows:
        return Estimate(None, None, None, "no range test was run")
    return lr_range_test.suggested(bench.log.table("lr_range_test"))


def precision(training: Training) -> str:
    import torch

    return "bf16" if training.device.startswith("cuda") and torch.cuda.is_bf16_supported() else "fp32"
