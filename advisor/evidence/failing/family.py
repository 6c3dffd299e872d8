"""Errors that have the same words, and what to do about them."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Errors whose text matches `says`, and what to do about them: `hparam` becomes `to`, because of `why`."""

    says: re.Pattern[str]
    hparam: str
    to: str | int
    why: str


def family(says: str, hparam: str, to: str | int, why: str) -> Family:
    """The same of a pattern that is not compiled yet."""
    return Family(re.compile(says), hparam, to, why)
