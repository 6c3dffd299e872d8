"""Whether a change repairs what is wrong with a training: its symptom is gone, and nothing as bad came in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from advisor.judging.rules import problems
from probes.trying.outcome import Pair
from probes.trying.seen import Seen, forms

FEWEST_MENDED = 2  # pairs
UNLEARNED = {
    "exploding-loss",
    "hidden-nan",
    "crash",
    "out-of-memory",
    "loss-not-decreasing",
    "slow-convergence",
    "loss-plateau",
    "underfitting",
    "unstable-loss",
    "one-class",
}  # problems of a training that does not learn: to have one in place of another is no repair
OF_THE_MACHINE = {"slow-training", "memory-growth"}  # as much the doing of what else runs there: nobody is told of it unasked
FASTER = 0.8  # of the time of a step: what is no slower than this in every pair was not sped up


@dataclass(frozen=True)
class Repair:
    """What became of the symptom.

    Attributes
    ----------
    gone : bool
        Whether every training as it is shows it, and no changed one.
    instead : tuple of str
        Problems that came in its place.
    doubtful : bool
        Whether one of these is only told of by the end of a training, and no changed one went to its end.
    refuted : bool
        Whether no further pair can make it a repair: a changed training has the symptom, or one as it is has not.
    """

    gone: bool
    instead: tuple[str, ...]
    doubtful: bool
    refuted: bool

    @property
    def done(self) -> bool:
        """Whether it is gone and what came in its place is no worse."""
        return self.gone and UNLEARNED.isdisjoint(self.instead)


def repair(pairs: Sequence[Pair], symptoms: Sequence[str]) -> Repair:
    """Of the symptom and what is the same sickness, in these pairs."""
    gone = bool(symptoms and pairs) and all(shows(pair.as_it_is, symptoms) and healed(pair, symptoms) for pair in pairs)
    instead = in_its_place(pairs) if gone else ()
    bad, ended = UNLEARNED.intersection(instead), any(pair.changed.training.ended.whole for pair in pairs)
    refuted = not gone and bool(symptoms and pairs)
    return Repair(gone, instead, bool(bad) and bad <= told_by_the_end() and not ended, refuted)


def healed(pair: Pair, symptoms: Sequence[str]) -> bool:
    """Whether the changed training has none of these, to its own end, and all that the other one showed was looked for in it."""
    shown = [one for one in symptoms if one in pair.as_it_is.problems]
    if "slow-training" in shown and not pair.changed.step_time() <= FASTER * pair.as_it_is.step_time():
        return False
    return not shows(pair.changed.whole, symptoms) and all(pair.changed.passed(one) for one in shown)


def in_its_place(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """The problems that a changed training has and the one beside it has not.

    What the end of a training tells is asked of those that went to their own, where any did.
    """
    ended = [pair for pair in pairs if pair.changed.training.ended.whole] or pairs
    new = ((pair, one) for pair in pairs for one in pair.changed.whole.problems if one not in (*pair.as_it_is.problems, *OF_THE_MACHINE))
    return tuple(dict.fromkeys(one for pair, one in new if pair in ended or one not in told_by_the_end()))


@cache
def told_by_the_end() -> set[str]:
    """Problems that are judged by where a training ended."""
    return {rule.name for rule in problems() if rule.at_the_end}


def common_symptom(pairs: Sequence[Pair]) -> tuple[str, ...]:
    """The most important sickness that every training as it is has, in its forms; empty where there is none."""
    if not pairs:
        return ()
    first = pairs[0].as_it_is
    found = (forms(first.report, problem) for problem in first.problems if problem not in OF_THE_MACHINE)
    return next((one for one in found if all(shows(pair.as_it_is, one) for pair in pairs)), ())


def shows(side: Seen, symptoms: Sequence[str]) -> bool:
    """Whether a training has any of these problems."""
    return not set(symptoms).isdisjoint(side.problems)
