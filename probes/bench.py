"""A bench for measurements: it times, logs, restores and reports, and survives what fails."""

from collections.abc import Callable
from typing import Any

import numpy as np

from probes import gradient_noise_scale, loss_curve, lr_range_test, peak_memory, rate_race, throughput
from probes.device_memory import ran_out
from probes.run_directory import RunDirectory
from probes.training import Training

STAGES = 8
CHECKS = (gradient_noise_scale, lr_range_test, rate_race, peak_memory, throughput, loss_curve)
Progress = Callable[[str, float, float], None]


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
        """The fastest of a few steps after the first; a second where they fail or are no longer wanted."""
        if self.interrupted:
            return 1.0
        try:
            with self.training.restored():
                self.settle(at)
                times: list[float] = []
                while len(times) < 2 or (len(times) < 5 and sum(times) < 1):
                    self.training.step()
                    times.append(self.training.step_time)
                return min(times[1:])
        except KeyboardInterrupt:
            self.interrupt()
        except Exception:  # the measurement itself will tell
            pass
        return 1.0

    def steps(self, seconds: float, least: int, most: int, at: dict[str, Any] | None = None) -> int:
        """How many steps fit in this many seconds, within bounds."""
        return int(np.clip(seconds / self.seconds_per_step(at), least, most))

    def findings(self):
        """What the measurements' checks say of the rows logged."""
        for module in CHECKS:
            name = module.__name__.rpartition(".")[2]
            if name in self.log.rows:
                yield from module.check(self.log.table(name))


def failure(error: Exception) -> str:
    return "memory ran out" if ran_out(error) else f"{type(error).__name__}: {' '.join(str(error).split())[:200].rstrip('.')}"
