"""One training logged in several formats: of each curve the record with more points is read, and what only one of them has is added."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from advisor.reading.joining.continuation import at_once, span
from advisor.reading.joining.duplicate_curves import matching_tags, same_values, varies
from advisor.reading.joining.joined_training import JoinedTraining, with_more
from advisor.scalar import Scalar
from advisor.signals.tags import meaning

LAST = "text"  # what a program printed gives curves only where nothing else does
SAY_LITTLE = {"lr", "epoch"}  # curves that are alike in many trainings


def merge_formats(groups: Iterable[list[JoinedTraining]]) -> list[JoinedTraining]:
    """The trainings of all formats, each once, in the order they began; `groups` has a list for each format."""
    first, *others = sorted(groups, key=_weight, reverse=True) or [[]]
    found = [*first]
    for several in others:
        if any(training.scalars for training in found):
            several = [t if LAST not in t.formats.values() else replace(t, scalars={}) for t in several]
        for training in several:
            if (whole := _whole(found, training)) is not None:
                merge_into(whole, training)
            else:
                found.append(training)
    return sorted((t for t in found if t.scalars or t.histograms or t.lines), key=lambda t: span(t.scalars.values())[0])


def _weight(several: list[JoinedTraining]) -> tuple[bool, bool, int]:
    """What a program printed comes last, and what has no clock before it; then by points."""
    curves = [curve for training in several for curve in training.scalars.values()]
    printed = any(LAST in training.formats.values() for training in several)
    return not printed, span(curves)[0] < np.inf, sum(map(len, curves))


def _whole(found: list[JoinedTraining], part: JoinedTraining) -> JoinedTraining | None:
    """The training this one is another record of: the likest, unless their curves differ."""
    scores = [(_likeness(whole, part), at_once(whole.scalars.values(), part.scalars.values()) or False, i) for i, whole in enumerate(found)]
    score, _, i = max(scores, default=(-1, False, 0))
    return found[i] if score >= 0 else None


def _likeness(whole: JoinedTraining, part: JoinedTraining) -> int:
    """How many more curves of both are alike than differ; -1 where more differ."""
    told = [
        (whole.scalars[mine], part.scalars[its])
        for its, mine in matching_tags(whole.scalars, part.scalars).items()
        if varies(part.scalars[its]) and not ((said := meaning(its)) and said.quantity in SAY_LITTLE)
    ]
    votes = [same_values(mine, its) for mine, its in told]
    alike, differ = votes.count(True), votes.count(False)
    return alike - differ if alike > differ or not differ else -1


def merge_into(whole: JoinedTraining, part: JoinedTraining) -> None:
    """Add to a training the curves of another record of it, and of those that both have the one with more points."""
    twice = matching_tags(whole.scalars, part.scalars)
    names = [", ".join(dict.fromkeys(training.formats.values())) for training in (whole, part)]
    for its, curve in part.scalars.items():
        tag = twice.get(its, its)
        if tag not in whole.scalars or _better(curve, whole.scalars[tag]):
            whole.scalars[tag], whole.formats[tag] = replace(curve, tag=tag), part.formats[its]
    whole.histograms = {**part.histograms, **whole.histograms}
    whole.hparams = with_more(whole.hparams, part.hparams)
    whole.lines += part.lines
    if twice:
        n = f"{len(twice)} curves were" if len(twice) > 1 else "1 curve was"
        whole.others.append(f"{n} logged both by {names[0]} and by {names[1]}: of each the record with more points was read")
    whole.others += part.others


def _better(curve: Scalar, other: Scalar) -> bool:
    if len(curve) != len(other):
        return len(curve) > len(other)
    return bool(np.isnan(other.wall).any() and np.isfinite(curve.wall).all())
