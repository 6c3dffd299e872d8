"""What pairs of trainings say of a change."""

import dataclasses
import math
from collections.abc import Sequence

from probes.trials.early import turns_later
from probes.trials.score import Score, more_pairs, score_of
from probes.trials.sequential_test import LEVEL
from probes.trying.outcome import MeasuredOn, Pair, Verdict
from probes.trying.repair import FEWEST_MENDED, OF_THE_MACHINE, common_symptom, repair
from probes.trying.seen import identical

BAND, FINE = 0.10, 0.02  # of the progress: a difference within it does not matter
REPAIR = 0.4  # a score beyond which one side learned less than about half of what the other did


@dataclasses.dataclass(frozen=True)
class Judgement:
    """The verdict on the pairs so far, and what it rests on; `settled` where no further pair is needed.

    `instead` are problems that came in the place of the symptom, where that is gone; it is `doubtful` while only a changed training that
    goes to its end could say whether they did, and `refuted` where no further pair can make it a repair.
    """

    verdict: Verdict
    score: Score
    measured_on: MeasuredOn
    symptom: str = ""
    more_pairs: int | None = None
    turns_later: float | None = None
    identical: bool = False
    instead: tuple[str, ...] = ()
    doubtful: bool = False
    refuted: bool = False

    @property
    def settled(self) -> bool:
        """Whether it is a verdict, and no longer training would make it another."""
        return self.verdict != "cannot-tell" and not self.doubtful


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
    signal = "train_loss" if on == "training" else "val_loss"
    ends = [ends_of(pair, signal) for pair in pairs]
    ends = [end for end in ends if math.isfinite(end[2])]
    score = score_of(ends, band, level)
    symptoms = symptoms or common_symptom(pairs)
    symptom = symptoms[0] if symptoms else ""
    if pairs and symptom not in OF_THE_MACHINE and identical(pairs[0].as_it_is, pairs[0].changed):
        return Judgement("no-difference", dataclasses.replace(score, value=0.0, low=0.0, high=0.0), on, symptom, identical=True)
    repaired, no_worse = repair(pairs, symptoms), score.verdict_that_matters != "worse" and not score.value <= -band
    mended = repaired.done and no_worse and len(pairs) >= FEWEST_MENDED
    breaks = len(pairs) >= FEWEST_MENDED and all(pair.changed.broke and not pair.as_it_is.broke for pair in pairs)
    verdict: Verdict = "mended" if mended else "worse" if breaks else score.verdict_that_matters
    more = more_pairs(ends, band, level) if verdict == "cannot-tell" else None
    early = None
    if planned and pairs:
        far = mended or abs(score.value) > REPAIR
        early = turns_later(steps or planned, planned, repair=far, training=on == "training")
    return Judgement(
        verdict,
        score,
        on,
        symptom,
        more,
        early,
        instead=repaired.instead,
        doubtful=repaired.doubtful and no_worse,
        refuted=repaired.refuted,
    )


def ends_of(pair: Pair, signal: str) -> tuple[float, float, float, float]:
    """What each side came to, and what the better of them began with and came to at best, as a change may set the scale.

    What it began with is NaN where neither got so far.
    """
    sides = (pair.as_it_is, pair.changed)
    ended = [side.last(signal) for side in sides]
    better = sorted(sides, key=lambda side: end if math.isfinite(end := ended[sides.index(side)]) else math.inf)
    before = next((loss for side in better if math.isfinite(loss := side.start(signal))), math.nan)
    return ended[0], ended[1], before, better[0].best(signal)


def measured_on(pairs: Sequence[Pair]) -> MeasuredOn:
    """The validation loss, of the script's own or of what was held out, where all that did not break have one."""
    sides = [side for pair in pairs for side in (pair.as_it_is, pair.changed) if not side.broke]
    held = bool(sides) and all((loss := side.curve("val_loss")) is not None and len(loss) for side in sides)
    if not held:
        return "training"
    return "held-out" if any(side.training.ended.held_out for side in sides) else "validation"
