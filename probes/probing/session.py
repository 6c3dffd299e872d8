"""A session of measurements: it logs, restores and reports, keeps to what it may take, and survives what fails."""

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from advisor.errors import AdvisorError
from advisor.interruption import opened, status
from advisor.wording import joined
from probes.measurements import data_loading, loss_curve, paired_trainings, throughput
from probes.probing.earlier import MODULES, Rows, taken_over
from probes.probing.failure import failure
from probes.probing.pace import busy_note, hindered, on_one_thread, pace
from probes.probing.run_directory import RunDirectory, name_of
from probes.probing.scope import SHARES, Part, Scope
from probes.process.allowance import Allowance, SpentError
from probes.training import Training

STAGES = 14
CHECKS = *MODULES, paired_trainings, loss_curve
SECONDS = 60.0  # that a probe of a slow training takes about, where nothing else is asked
REST = 1 - sum(SHARES.values())  # of steps and of time, for a short training at the end
SEEN = 50  # steps of a part, that tell what one really takes on a machine that has other work
FEWEST = 400  # steps that a probe takes about, of however slow a training, where nothing bounds it
LONGER = "This will take about {minutes:.0f} minutes; --budget 2min bounds it, and Ctrl-C ends it with what is known."
INTERRUPTED = "Interrupted; the suggestion rests on what was measured until then."
Progress = Callable[[str, float, float], None]


class Session:
    """A training under measurement, and what came of it so far."""

    def __init__(
        self, training: Training, log: RunDirectory, scope: Scope, allowance: Allowance, progress: Progress, earlier: Rows | None = None
    ):
        self.training, self.log, self.scope, self.allowance, self.progress = training, log, scope, allowance, progress
        self.earlier = earlier or {}  # of measurements that need not be made again
        self.remarks: list[str] = []
        self.missed: dict[str, list[str]] = {}  # titles of measurements, by what became of them
        self.training_notes: list[str] = []  # by the training itself
        self.used = dict.fromkeys(Part, (0, 0.0))  # steps and seconds
        self.paces: dict[tuple, float] = {}  # seconds of a step, by settings
        self.stage, self.ended, self.status, self.time = 0, False, 0, scope.seconds - allowance.elapsed  # what the start left of it
        self.busy, self.faster = 0.0, 1.0  # the share of the time it waited for a processor, and what one thread brought

    def measure(self, part: Part | None, module, title: str, rows: int, *, at: dict[str, Any] | None = None, share=1.0, **options) -> Any:
        """Log the measurement's rows, about as many as `rows`, then restore the training; the table of them, None where there is none.

        It may take a `share` of the time that is left to its part. A failure costs a sentence, and so does the end of what it may take;
        Ctrl-C ends all that follow, too.
        """
        if self.ended:
            return None
        if taken_over(self.log, module, self.earlier):
            return self.table(module)
        before = self.allowance.taken, self.allowance.elapsed
        try:
            self.progress(title, self.stage, STAGES)
            with opened(), self.allowance.limited(self.left(part)[0], share * self.left(part)[1]), self.training.restored():
                self.apply(at)
                for i, row in enumerate(module.measure(self.training, **options), 1):
                    self.log.row(module, {column: float(value) for column, value in row.items()})
                    self.progress(title, self.stage + min(i / rows, 1), STAGES)
        except KeyboardInterrupt as signal:
            self.interrupted(signal)
        except SpentError as spent:
            self.note_missed(title, f"was cut short, for {spent}")
            self.ended = self.allowance.spent
        except AdvisorError as reason:  # this training cannot be measured so
            self.note_missed(title, f"was left out: {str(reason).rstrip('.')}")
        except Exception as error:
            self.log.failed(name_of(module))
            self.note_missed(title, f"broke off: {failure(error)}")
        self.stage += 1
        if not self.ended:
            with contextlib.suppress(Exception):  # a process that cannot be started again is for the next measurement to tell
                self.training_notes = list(self.training.notes)
                self.busy = max(self.busy, hindered(self.training))
        if part is not None:
            steps, seconds = self.used[part]
            self.used[part] = steps + self.allowance.taken - before[0], seconds + self.allowance.elapsed - before[1]
        return self.table(module)

    def table(self, module) -> Any:
        """What was measured so far; None where nothing was."""
        return self.log.table(name) if (name := name_of(module)) in self.log.rows else None

    @property
    def leisurely(self) -> bool:
        """Whether no time is set."""
        return not math.isfinite(self.scope.seconds)

    def left(self, part: Part | None) -> tuple[float, float]:
        """Steps and seconds that this part, or all together, may still take; endless where nobody set a bound.

        The learning rate comes last, and has what the parts before it did not take.
        """
        all_steps, all_seconds = self.scope.steps - self.allowance.taken, self.scope.seconds - self.allowance.elapsed
        if part is None:
            return all_steps, all_seconds
        if part is Part.lr:
            steps, seconds = (REST * whole if math.isfinite(whole) else 0.0 for whole in (self.scope.steps, self.time))
            return (all_steps, all_seconds) if self.scope.only else (all_steps - steps, all_seconds - seconds)
        share, (steps, seconds) = self.scope.share(part), self.used[part]
        return min(share * self.scope.steps - steps, all_steps), min(share * self.time - seconds, all_seconds)

    def seconds(self, part: Part) -> float:
        """How many seconds this part should take: its share of what was asked for, or of what is usual."""
        if part is Part.lr and not self.leisurely:
            return max(self.left(part)[1], 0.0)
        usual = SECONDS if self.scope.only is None else SECONDS / 2
        wanted = usual if self.leisurely else self.time
        return max(min(self.scope.share(part) * wanted, self.left(part)[1]), 0.0)

    def affordable(self, part: Part, at: dict[str, Any] | None = None, share: float = 1.0, spared: float = 0.0) -> float:
        """How many steps at these settings this part may take in a share of what is left to it; `spared` are seconds for something else."""
        steps, seconds = next((used for used in (self.used[part], self.used[Part.noise]) if used[0] >= SEEN), (1, 0.0))
        pace = max(self.seconds_per_step(at), 0.0 if self.leisurely else seconds / steps)
        return min((share * self.seconds(part) - spared) / pace, share * self.left(part)[0])

    def steps(self, part: Part, least: int, most: int, at: dict[str, Any] | None = None) -> int:
        """How many steps this part should take, within bounds."""
        return int(np.clip(self.affordable(part, at), least, most))

    def too_slow_to_start(self, part: Part) -> str | None:
        """Why there is no time for trials in processes of their own; None where there is, or where nothing else was asked for."""
        starting, seconds = self.training.starting, self.left(part)[1] if math.isfinite(self.scope.seconds) else SECONDS
        if self.scope.only is not None or starting <= seconds:
            return None
        return f"its trials take processes of their own, and each takes {starting:.0f} s to start"

    def note_missed(self, title: str, why: str) -> None:
        """Keep for the notes that measuring this came to nothing or broke off; `why` goes on "Measuring <title> …", without a period."""
        self.missed.setdefault(why, []).append(title)

    @property
    def notes(self) -> list[str]:
        """Every note, each once: what the training said, what was missed, and the rest."""
        missed = [f"Measuring {joined(titles)} {why}." for why, titles in self.missed.items()]
        return list(dict.fromkeys([*self.training_notes, *missed, *self.remarks, *busy_note(self.busy, self.faster)]))

    def end(self, note: str) -> None:
        """Let nothing be measured from here on; the note is a sentence that says why."""
        self.ended = True
        self.remarks.append(note)

    def interrupted(self, signal: KeyboardInterrupt) -> None:
        """A signal asks for the end; what was measured until then is kept."""
        self.status = status(signal)
        self.end(INTERRUPTED)

    def apply(self, at: dict[str, Any] | None) -> None:
        """Set these settings of the training by their names; its own `restored` puts them back."""
        for name, value in (at or {}).items():
            setattr(self.training, name, value)

    def quick_look(self, measured: Callable[[], float], at: dict[str, Any] | None = None) -> float:
        """What a quick look gives, at these settings; NaN where it fails or is no longer wanted."""
        if self.ended:
            return math.nan
        try:
            with opened(), self.training.restored():
                self.apply(at)
                return measured()
        except KeyboardInterrupt as signal:
            self.interrupted(signal)
        except Exception:  # the measurement itself will tell
            pass
        return math.nan

    def spare_threads(self) -> None:
        """Let the training go on with one thread where the machine is busy and that is faster."""
        self.faster = float(np.nan_to_num(self.quick_look(lambda: on_one_thread(self.training)), nan=1.0))

    def estimate(self) -> str | None:
        """How long it will take, where nothing bounds it and that is more than the usual minute."""
        seconds = max(SECONDS, FEWEST * self.seconds_per_step()) / max(1 - hindered(self.training), 0.02)
        longer = seconds > 1.5 * SECONDS and not self.scope.bound and self.scope.only is None
        return LONGER.format(minutes=seconds / 60) if longer else None

    def seconds_per_step(self, at: dict[str, Any] | None = None) -> float:
        """The least seconds of a few steps after the first, measured once for each size of a step; a second where that is not known.

        Where no time is set, as if nothing else ran on the machine: the same numbers of steps are then taken on a busy one.
        """
        sizes = {name: value for name, value in (at or {}).items() if name != "lr"}
        key = tuple(sorted(sizes.items()))
        if not self.paces.get(key, math.nan) > 0:
            self.paces[key] = self.quick_look(lambda: pace(self.training, self.leisurely), sizes)
        return float(np.nan_to_num(self.paces[key], nan=1.0))

    def findings(self):
        """What the measurements' checks say of the rows logged."""
        told = {throughput.WAITED} if data_loading.compared(self.table(data_loading)) else set()  # there, in the same words
        for module in CHECKS:
            if (table := self.table(module)) is not None:
                yield from (found for found in module.check(table) if found.evidence[0].signal not in told)
