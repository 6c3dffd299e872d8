"""A bench for measurements: it logs, restores and reports, keeps to what it may take, and survives what fails."""

from collections.abc import Callable
from typing import Any

import numpy as np

from probes import gradient_noise_scale, loss_curve, lr_range_test, peak_memory, rate_race, throughput
from probes.allowance import Allowance, SpentError
from probes.channel import EndedError, FailedError
from probes.device_memory import ran_out
from probes.run_directory import RunDirectory
from probes.scope import Part, Scope
from probes.training import Training

STAGES = 8
CHECKS = (gradient_noise_scale, lr_range_test, rate_race, peak_memory, throughput, loss_curve)
SECONDS = 60.0  # that a probe takes about, where nothing else is asked
STEPS = 1200  # likewise, of a training whose steps are fast
Progress = Callable[[str, float, float], None]


class Bench:
    """A training under measurement, and what came of it so far."""

    def __init__(self, training: Training, log: RunDirectory, scope: Scope, allowance: Allowance, progress: Progress):
        self.training, self.log, self.scope, self.allowance, self.progress = training, log, scope, allowance, progress
        self.notes: list[str] = []
        self.stage, self.ended = 0, False

    def measure(self, module, title: str, rows: int, *, at: dict[str, Any] | None = None, **options) -> None:
        """Log the measurement's rows, about as many as `rows`, then restore the training.

        A failure costs a sentence; Ctrl-C ends this measurement and all that follow, and so does the end of what the probe may take.
        """
        if self.ended:
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
            self.end("Interrupted; the suggestion rests on what was measured until then.")
        except SpentError as spent:
            self.end(f"Measuring {title} broke off, for {spent}; the suggestion rests on what was measured until then.")
        except Exception as error:
            self.log.failed(name)
            self.notes.append(f"Measuring {title} broke off: {failure(error)}.")
        self.stage += 1

    def end(self, note: str) -> None:
        self.ended = True
        self.notes.append(note)

    def settle(self, at: dict[str, Any] | None) -> None:
        for name, value in (at or {}).items():
            setattr(self.training, name, value)

    def seconds_per_step(self, at: dict[str, Any] | None = None) -> float:
        """The fastest of a few steps after the first; a second where they fail or are no longer wanted."""
        if self.ended:
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
            self.end("Interrupted; the suggestion rests on what was measured until then.")
        except Exception:  # the measurement itself will tell
            pass
        return 1.0

    def seconds(self, part: Part) -> float:
        """How long this part may take."""
        return self.scope.share(part) * min(self.scope.seconds, SECONDS if self.scope.only is None else SECONDS / 3)

    def steps(self, part: Part, least: int, most: int, at: dict[str, Any] | None = None) -> int:
        """How many steps this part may take, within bounds."""
        affordable = min(self.seconds(part) / self.seconds_per_step(at), self.scope.share(part) * self.scope.steps)
        return int(np.clip(affordable, least, most))

    def findings(self):
        """What the measurements' checks say of the rows logged."""
        for module in CHECKS:
            name = module.__name__.rpartition(".")[2]
            if name in self.log.rows:
                yield from module.check(self.log.table(name))


def failure(error: Exception) -> str:
    if ran_out(error):
        return "memory ran out"
    if isinstance(error, EndedError):
        return str(error)
    kind = error.kind if isinstance(error, FailedError) else type(error).__name__
    return f"{kind}: {' '.join(str(error).split())[:200].rstrip('.')}"
