"""What trying a change came to, where the run says so: the best of evidence for what was wrong with it, and for the change.

`advisor try` writes it among the hyperparameters of each training as it is, as JSON: a change tried there is a sibling with a known change.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from advisor.finding import Change, Evidence, Finding
from advisor.judging.changes import of_all_groups, stamped
from advisor.run import TRIED, Run

MENDED, BETTER, IN_VAIN = 12.0, 6.0, -6.0  # decibans: what mended beats every inference; another value may do where one did nothing
WEIGHTS = {"mended": MENDED, "better": BETTER, "no-difference": IN_VAIN, "worse": IN_VAIN}
FACTS = {
    "mended": "changed as this cause calls for, it was mended in pairs of trainings",
    "better": "changed as this cause calls for, it came out better in pairs of trainings",
    "no-difference": "changed as this cause calls for, it was no better in pairs of trainings",
    "worse": "changed as this cause calls for, it came out worse in pairs of trainings",
}


@dataclass(frozen=True)
class Tried:
    """A change of one hyperparameter that was tried on this training.

    Attributes
    ----------
    to, from_ : float or str
        What it was set to, and what it was; None where that is not known.
    verdict : str
        A key of `WEIGHTS`.
    symptom : str
        The problem that was to be gone; empty where there was none.
    pairs : int
        Of trainings.
    cause : str
        The likeliest of those that call for the change; empty where none does.
    """

    hparam: str
    to: Any
    from_: Any
    verdict: str
    symptom: str
    pairs: int
    cause: str = ""

    def is_of(self, change: Change) -> bool:
        """Whether the change is of the same hyperparameter, in the same direction where both have one."""
        if change.hparam != self.hparam:
            return False
        mine = direction(self.from_, self.to)
        its = direction(change.from_, change.to) or (0 if change.by is None else 1 if change.by > 1 else -1)
        return mine == its or not (mine and its)


def direction(now: Any, to: Any) -> int:
    """+1 of a rise, -1 of a fall, 0 where it is neither or nobody knows."""
    known = all(isinstance(value, int | float) and math.isfinite(value) for value in (now, to))
    return (to > now) - (to < now) if known else 0


def tried(run: Run) -> tuple[Tried, ...]:
    """What the run says was tried on it; whatever is not of the form is passed over."""
    try:
        told = json.loads(str(run.hparams.get(TRIED, "[]")))
    except (ValueError, RecursionError):
        return ()
    return tuple(one for entry in (told if isinstance(told, list) else ()) if (one := of_entry(entry)) is not None)


def of_entry(entry: Any) -> Tried | None:
    """One of them; None where it is not of the form."""
    if not isinstance(entry, dict) or entry.get("verdict") not in WEIGHTS:
        return None
    hparam, symptom, cause = (entry.get(name) or "" for name in ("hparam", "symptom", "cause"))
    if not all(isinstance(word, str) for word in (hparam, symptom, cause)) or not isinstance(entry.get("pairs"), int):
        return None
    to, now = (entry.get(name) if isinstance(entry.get(name), int | float | str) else None for name in ("to", "from"))
    return Tried(hparam, to, now, entry["verdict"], symptom, entry["pairs"], cause)


def tried_evidence(run: Run, finding: Finding, changes: Iterable[Change]) -> Iterator[Evidence]:
    """For and against a cause that calls for these changes of what was found; the first of them that was tried counts."""
    known = [one for one in tried(run) if one.symptom in ("", finding.problem)]
    told = [one for change in changes for one in known if one.is_of(change)]
    if told:
        best = max(told, key=lambda one: WEIGHTS[one.verdict])
        yield Evidence("hparams", 0, 0, FACTS[best.verdict], best.pairs, weight=WEIGHTS[best.verdict], tag=best.hparam, kind="was tried")


def as_proved(run: Run, finding: Finding, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes, those that were tried and mended first, and to the value that did."""
    mended = [one for one in tried(run) if one.verdict == "mended" and one.symptom == finding.problem]
    found = next(((one, change) for one in mended for change in changes if one.is_of(change) and one.to is not None), None)
    if found is None:
        return changes
    one, change = found
    why = f"tried in {one.pairs} pairs of trainings, it mended {one.symptom}"
    known = replace(change, to=one.to, by=None, interval=None, why=why, how={})
    first = stamped(of_all_groups(known, run), run.signal("hparams") or {}, run.signal("framework") or "")
    return (first, *(other for other in changes if other.hparam != first.hparam))
