"""What pairs of trainings say of a change."""

import dataclasses
import math
from collections.abc import Sequence

from probes.trials.early import turns_later
from probes.trials.score import Score, more_pairs, score_of
from probes.trials.sequential_test import LEVEL
from probes.trying.outcome import MeasuredOn, Pair, Verdict
from probes.trying.seen import Seen, forms, identical

BAND, FINE = 0.10, 0.02  # of the progress: a difference within it does not matter
FEWEST_MENDED = 2  # pairs
REPAIR = 0.4  # a score beyond which one side learned less than about half of what the other did


@dataclasses.dataclass(frozen=True)
class Judgement:
    """The verdict on the pairs so far, and what it rests on; `settled` where no further pair is needed."""

    verdict: Verdict
    score: Score
    measured_on: MeasuredOn
    symptom: str = ""
    more_pairs: int | None = None
    turns_later: float | None = None
    identical: bool = False

    @property
    def settled(self) -> bool:
        """Whether it is a verdict."""
        return self.verdict != "cannot-tell"


def judged(
    pairs: Sequence[Pair],
    *,
    symptoms: Sequence[str] = (),
    steps: int | None = None,
    planned: int | None = None,
    band: float = BAND,
    level: float = LEVEL,
) -> Judgement:
    """The verdict on these pairs.

    Parameters
    ----------
    symptoms : the problem that is to be gone, then others that are the same sickness; without one the first that all as they are have
    steps : of each training as it is, None for all that there are
    planned : steps of the whole training, where they are known
    """
    on: MeasuredOn = measured_on(pairs)
    signal = "val_loss" if on == "validation" else "train_loss"
    ends = [ends_of(pair, signal) for pair in pairs]
    ends = [end for end in ends if math.isfinite(end[2])]
    score = score_of(ends, band, level)
    symptoms = symptoms or common_symptom(pairs)
    symptom = symptoms[0] if symptoms else ""
    if pairs and identical(pairs[0].as_it_is, pairs[0].changed):
        return Judgement("no-difference", dataclasses.replace(score, value=0.0, low=0.0, high=0.0), on, symptom, identical=True)
    gone = bool(symptom) and all(shows(pair.as_it_is, symptoms) and not shows(pair.changed, symptoms) for pair in pairs)
    whole = not any(pair.changed.broke for pair in pairs)
    mended = gone and whole and len(pairs) >= FEWEST_MENDED and score.verdict_that_matters != "worse" and not score.value <= -band
    breaks = len(pairs) >= FEWEST_MENDED and all(pair.changed.broke and not pair.as_it_is.broke for pair in pairs)
    verdict: Verdict = "mended" if mended else "worse" if breaks else score.verdict_that_matters
    more = more_pairs(ends, band, level) if verdict == "cannot-tell" else None
    early = None
    if planned and pairs:
        repair = mended or abs(score.value) > REPAIR
        early = turns_later(steps or planned, planned, repair=repair, training=on == "training")
    return Judgement(verdict, score, on, symptom, more, early)


def ends_of(pair: Pair, signal: str) -> tuple[float, float, float]:
    """What each side came to, and what both began with, which is NaN where neither got so far."""
    begun = [side.start(signal) for side in (pair.as_it_is, pair.changed)]
    before = next((loss for loss in begun if math.isfinite(loss)), math.nan)
    return pair.as_it_is.last(signal), pair.changed.last(signal), before


def measured_on(pairs: Sequence[Pair]) -> MeasuredOn:
    """The validation loss where all that did not break have one."""
    sides = [side for pair in pairs for side in (pair.as_it_is, pair.changed) if not side.broke]
    held = bool(sides) and all((loss := side.curve("val_loss")) is not None and len(loss) for side in sides)
    return "validation" if held else "training"


def common_symptom(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """The most important sickness that every training as it is has, in its forms; empty where there is none."""
    if not pairs:
        return ()
    first = pairs[0].as_it_is
    found = (forms(first.report, problem) for problem in first.problems)
    return next((one for one in found if all(shows(pair.as_it_is, one) for pair in pairs)), ())


def shows(side: Seen, symptoms: Sequence[str]) -> bool:
    """Whether a training has any of these problems."""
    return not set(symptoms).isdisjoint(side.problems)
