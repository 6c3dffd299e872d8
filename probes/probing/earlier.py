"""What an earlier probe of the same training measured, for one that goes on where it ended.

Everything is taken over but the trainings beside today's settings: they are made again, for longer, and the race where there is time for a
longer one. Rows are read back from the scalars that the earlier probe logged.
"""

from pathlib import Path

from advisor import read
from advisor.errors import AdvisorError
from advisor.run import OF_PROBE, Run
from probes.measurements import (
    data_loading,
    gradient_noise_scale,
    lr_range_test,
    memory_savings,
    mixed_precision,
    peak_memory,
    rate_race,
    sanity,
    throughput,
)
from probes.probing.run_directory import RunDirectory, name_of

MODULES = sanity, gradient_noise_scale, lr_range_test, rate_race, peak_memory, memory_savings, throughput, data_loading, mixed_precision
Rows = dict[str, list[dict[str, float]]]


def earlier_run(model: Path, runs: Path = Path("runs")) -> Run:
    """The last probe of this file.

    Raises
    ------
    AdvisorError
        There is none.
    """
    logged = {file.parent for file in runs.glob(f"probe-{model.stem}-*/*{OF_PROBE}")}
    for folder in sorted(logged, key=lambda folder: folder.stat().st_mtime, reverse=True):
        for run in read(folder):
            return run
    raise AdvisorError(f"--more goes on with an earlier probe, and there is none of {model.name} in {runs}: probe it without --more first.")


def rows_of(run: Run) -> Rows:
    """The rows of each measurement, by its name."""
    found = {}
    for module in MODULES:
        of: dict[int, dict[str, float]] = {}
        for tag, scalar in run.scalars.items():
            name, _, column = tag.partition("/")
            for step, value in zip(scalar.steps, scalar.values, strict=True) if name == name_of(module) else ():
                of.setdefault(int(step), {})[column] = float(value)
        if of:
            found[name_of(module)] = [of[step] for step in sorted(of)]
    return found


def need_same(run: Run, today: dict) -> None:
    """Raise where the earlier probe was of another training.

    Raises
    ------
    AdvisorError
        Its optimizer is another.
    """
    name, now = run.hparams.get("optimizer"), today["optimizer"]
    if name is not None and name != now:
        raise AdvisorError(f"{run.path} is of another training: it had {name}, this one has {now}; probe it without --more.")


def taken_over(log: RunDirectory, module, earlier: Rows) -> bool:
    """Whether an earlier probe measured this; its rows are then logged, once."""
    name = name_of(module)
    for row in earlier.get(name, ()) if name not in log.rows else ():
        log.row(module, row)
    return name in earlier
