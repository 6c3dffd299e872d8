"""What trying a change came to."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from probes.trials.score import Score
from probes.trying.change import Setting
from probes.trying.seen import Seen

Verdict = Literal["mended", "better", "no-difference", "worse", "cannot-tell"]
MeasuredOn = Literal["validation", "held-out", "training"]


@dataclass(frozen=True)
class Pair:
    """A training as it is and one with the change, alike in all else."""

    as_it_is: Seen
    changed: Seen


@dataclass(frozen=True)
class Cost:
    """Optimizer steps, seconds on the clock and of processors, of all trainings together."""

    steps: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Outcome:
    """Everything the summary needs.

    Attributes
    ----------
    verdict : str
        As `Verdict` has them.
    settings : tuple of Setting
        The change.
    before : mapping of str to value
        What these were set to as it is, where that is known.
    symptom : str
        The problem that was to be gone; empty where there was none.
    pairs : tuple of Pair
        All that are whole.
    steps : tuple of int
        That the trainings of each side took, at most.
    score : Score
        As a share of what the better side learned.
    measured_on : str
        Whose loss the score is of.
    turns_later : float or None
        How often such a verdict turns by the end of the training; None where nobody knows how long that is.
    more_pairs : int or None
        That it would take, where nobody can tell yet.
    identical : bool
        Whether the change did nothing at all.
    instead : tuple of str
        Problems that came in the place of the symptom, where that is gone.
    doubtful : bool
        Whether these are only told of by the end of a training, and no changed one went to its end.
    refuted : bool
        Whether no further pair can make it a repair.
    notes : tuple of str
        Sentences.
    changed_files : str or None
        A sentence on files of the user's that were not afterwards as they were before.
    status : int
        What a shell says of the signal that cut it short; 0 where none did.
    """

    verdict: Verdict
    settings: tuple[Setting, ...]
    script: str
    folder: Path
    pairs: tuple[Pair, ...] = ()
    steps: tuple[int, int] = (0, 0)
    score: Score = field(default_factory=lambda: Score(math.nan, -1.0, 1.0, 0))
    measured_on: MeasuredOn = "training"
    symptom: str = ""
    before: dict[str, float | int | str] = field(default_factory=dict)
    turns_later: float | None = None
    more_pairs: int | None = None
    cost: Cost = field(default_factory=Cost)
    identical: bool = False
    instead: tuple[str, ...] = ()
    doubtful: bool = False
    refuted: bool = False
    notes: tuple[str, ...] = ()
    changed_files: str | None = None
    status: int = 0
