"""Which of two came further: what was set otherwise, what each reached, and whether that is more than chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from advisor.comparing.reached import Reached, at_equal_steps, at_equal_time, curve_of, judged_by
from advisor.comparing.seed_noise import Noise, noise_of
from advisor.comparing.settings_apart import Apart, settings_apart
from advisor.run import Run
from advisor.wording import counted, number

Verdict = Literal["better", "worse", "no-difference", "cannot-tell"]
BAND = 0.1  # of what was learned: a difference that does not matter, as `advisor try` has it
ALIKE = 2.0  # times: untrained losses within this are of one task
MUCH = 0.5  # of what was learned: no two seeds of a training that works come so far apart


@dataclass(frozen=True)
class Comparison:
    """Everything that is told of two groups.

    Attributes
    ----------
    a, b : tuple of Run
        The runs of each.
    verdict : {"better", "worse", "no-difference", "cannot-tell"}
        Of B, against A.
    why : str
        The reason, in a sentence.
    differs : tuple of Apart
        What was set otherwise, the most telling first.
    steps, time : Reached, or None
        What they came to at equal steps, and at equal time where times were logged.
    noise : Noise or None
        Between seeds; None where nothing tells it.
    doubt : str
        Why nothing may follow from this; empty where nothing speaks for that.
    """

    a: tuple[Run, ...]
    b: tuple[Run, ...]
    verdict: Verdict
    why: str
    differs: tuple[Apart, ...]
    steps: Reached
    time: Reached | None = None
    noise: Noise | None = None
    doubt: str = ""


def compared(a: Sequence[Run], b: Sequence[Run]) -> Comparison:
    """B against A.

    Raises
    ------
    AdvisorError
        They have no signal in common.
    """
    name = judged_by(a, b)
    steps = at_equal_steps(name, a, b)
    noise = noise_of(steps, a, b)
    said, why = verdict(steps, noise)
    if same(name, a, b):
        said, why = "no-difference", "their curves are the same to the last bit."
    time, doubt = at_equal_time(name, a, b), of_another_kind(a, b)
    return Comparison(tuple(a), tuple(b), said, why, settings_apart(a, b), steps, time, noise, doubt)


def of_another_kind(a: Sequence[Run], b: Sequence[Run]) -> str:
    """Why the two may be no trainings of one kind: their first losses lie far apart; empty where they do not."""
    first = [float(loss.finite().values[0]) for runs in (a, b) if (loss := curve_of(runs[0], "train_loss")) is not None]
    if len(first) < 2 or not (min(first) > 0 and max(first) > ALIKE * min(first)):
        return ""
    return (
        f"the training losses began at {number(first[0])} and {number(first[1])}: where they are of two kinds, nothing follows from this."
    )


def verdict(steps: Reached, noise: Noise | None) -> tuple[Verdict, str]:
    """What is said of B, and why."""
    gain = steps.gain
    if np.isnan(gain):
        return "cannot-tell", "neither learned anything by then, or both were lost."
    side: Verdict = "better" if gain > 0 else "worse"
    if abs(gain) == 1 and not (np.isfinite(steps.a).all() and np.isfinite(steps.b).all()):
        return side, f"{'A' if side == 'better' else 'B'} was lost: its {steps.signal} ended as no number."
    if noise is None:
        if abs(gain) >= MUCH:
            return side, f"that is {abs(gain):.0%} of what the better one learned: more than seeds do, though no second seed was seen."
        return "cannot-tell", "there is one run of each, and seeds alone may do as much: log a second seed and compare the two folders."
    told = f"between {counted(noise.seeds, 'run')} that differ by seed; B came {noise.low:+.0%} to {noise.high:+.0%} further at 95 %"
    if noise.low > -BAND and noise.high < BAND:
        return "no-difference", f"a difference of more than {BAND:.0%} of what is learned can be ruled out, {told}."
    if noise.low > 0 or noise.high < 0:
        return side, f"that is beyond the noise {told}."
    return "cannot-tell", f"that is within the noise {told}: more seeds would tell."


def same(name: str, a: Sequence[Run], b: Sequence[Run]) -> bool:
    """Whether both are one run whose curves agree in every point."""
    if len(a) != 1 or len(b) != 1:
        return False
    first, second = curve_of(a[0], name), curve_of(b[0], name)
    return (
        first is not None
        and second is not None
        and bool(np.array_equal(first.steps, second.steps) and np.array_equal(first.values, second.values, equal_nan=True))
    )
