"""Sets told by less than a word for what was measured: numbered, of which the first was by custom trained on, or named and no more."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from advisor.scalar import Scalar
from advisor.signals.tags import TRAIN, VAL, Meaning, spelled

FIRST, SECOND = re.compile(r"^valid(?:ation)?_0\b"), re.compile(r"^valid(?:ation)?_1\b")


def first_as_training(among: Sequence[tuple[Meaning, Scalar]]) -> list[tuple[Meaning, Scalar]]:
    """The candidates; where all are of numbered sets, and there are two, those of the first as training's."""
    roles = {known.role for known, _ in among}
    numbered = all(any(pattern.match(curve.tag) for _, curve in among) for pattern in (FIRST, SECOND))
    if roles != {"val"} or not numbered:
        return list(among)
    return [(replace(known, role="train") if FIRST.match(curve.tag) else known, curve) for known, curve in among]


def sets_alone(tags: Iterable[str]) -> tuple[str, str] | None:
    """The two tags that name training and validation and no more, as in "train: 2.31 | val: 2.4"; None where there are not just two."""
    bare = {tag: name for tag in tags if (name := spelled(tag).strip("_")) in {*TRAIN, *VAL}}
    train, val = [tag for tag in bare if bare[tag] in TRAIN], [tag for tag in bare if bare[tag] in VAL]
    return (train[0], val[0]) if len(train) == len(val) == 1 else None


def named_by_set_alone(scalars: Mapping[str, Scalar]) -> list[tuple[Meaning, Scalar]]:
    """What was logged under the names of both sets alone, as losses: as many points of either, and neither a share, as scores are."""
    tags = sets_alone(scalars)
    curves = [scalars[tag] for tag in tags or () if len(scalars[tag].finite())]
    shares = any(0 <= c.finite().values.min() <= c.finite().values.max() <= 1 for c in curves)
    if len(curves) < 2 or len(curves[0]) != len(curves[1]) or shares:
        return []
    return [(Meaning("loss", role), curve) for role, curve in zip(("train", "val"), curves, strict=True)]
