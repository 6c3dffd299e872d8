"""Sets that a library numbers where its user gave them no name: of two or more the first is, by custom, what was trained on."""

import re
from collections.abc import Sequence
from dataclasses import replace

from advisor.scalar import Scalar
from advisor.signals.tags import Meaning

FIRST, SECOND = re.compile(r"^valid(?:ation)?_0\b"), re.compile(r"^valid(?:ation)?_1\b")


def first_as_training(among: Sequence[tuple[Meaning, Scalar]]) -> list[tuple[Meaning, Scalar]]:
    """The candidates; where all are of numbered sets, and there are two, those of the first as training's."""
    roles = {known.role for known, _ in among}
    numbered = all(any(pattern.match(curve.tag) for _, curve in among) for pattern in (FIRST, SECOND))
    if roles != {"val"} or not numbered:
        return list(among)
    return [(replace(known, role="train") if FIRST.match(curve.tag) else known, curve) for known, curve in among]
