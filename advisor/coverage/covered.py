"""All that is known of what part of its training a run's log covers."""

from dataclasses import dataclass

from advisor.coverage.beginning import begins, counts_of, first_step
from advisor.coverage.progress import progress, steps_per_point
from advisor.coverage.schedule import schedule
from advisor.run import Run
from advisor.wording import percent

NEARLY = 0.9  # of what was planned: with less done the training has not ended by its plan


@dataclass(frozen=True)
class Coverage:
    """Computed once a run.

    Attributes
    ----------
    begins : bool or None
        Whether the log begins at the beginning of its training; None where nothing tells, as in all that follows.
    ended : bool or None
        Whether it came to the end that was planned. False of one that is underway, was stopped, or stopped early.
    done, planned : float or None
        The share of the plan that was done, 0 to 1, and the plan, in `unit`: "epochs" or "steps".
    steps_per_point : float or None
        Optimizer steps between two points of the training loss.
    schedule : str
        "warm-up" where the learning rate rose from the first point to the last, "decayed", "constant", or empty.
    first_step : int or None
        Where the log begins.
    """

    begins: bool | None = None
    ended: bool | None = None
    done: float | None = None
    planned: float | None = None
    unit: str = ""
    steps_per_point: float | None = None
    schedule: str = ""
    first_step: int | None = None

    @property
    def words(self) -> list[str]:
        """What is worth a person's knowing, in pieces of one line; nothing where the log is as one would think."""
        said = [f"begins at step {self.first_step:,}"] if self.begins is False and self.first_step else []
        if self.begins is False and not said:
            said = ["begins after the training's beginning"]
        if self.done is not None and self.planned is not None and not self.ended:
            said.append(f"{percent(self.done)} of the planned {self.planned:,.10g} {self.unit}")
        return said + (["ends in the warm-up of the learning rate"] if self.schedule == "warm-up" else [])


def coverage_of(run: Run) -> Coverage:
    """What part of its training the log covers, by its steps, its epochs, its hyperparameters and its learning rate."""
    counts, signals = counts_of(run), run.signals
    done, planned, unit = progress(run)
    ended = None if done is None else done >= NEARLY
    started = begins(counts, signals.get("epoch"))
    return Coverage(started, ended, done, planned, unit, steps_per_point(run), schedule(signals.get("lr")), first_step(counts))
