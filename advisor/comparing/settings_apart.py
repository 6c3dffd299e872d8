"""What was set otherwise: the first thing to know of a comparison, for runs that differ in two settings say little of either."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.evidence.learning_rate import peak_lr
from advisor.evidence.rates.sibling import VARIES
from advisor.run import Run
from advisor.signals.hparams import HPARAMS

SEVERAL = "several"  # of a setting that differs between the runs of one group


@dataclass(frozen=True)
class Apart:
    """A setting and its values in A and in B; None where it was not logged."""

    hparam: str
    a: Any
    b: Any

    @property
    def by_chance(self) -> bool:
        """Whether it is one in which runs of one search differ anyway: a seed, a name or a folder."""
        return bool(re.search(VARIES, self.hparam.lower()))


def settings_apart(a: Sequence[Run], b: Sequence[Run]) -> tuple[Apart, ...]:
    """The settings that differ between two groups: those that we know first, seeds, names and folders last."""
    first, second = in_common(a), in_common(b)
    found = [
        Apart(name, first.get(name), second.get(name))
        for name in {**first, **second}
        if not alike(first.get(name), second.get(name)) or SEVERAL in (first.get(name), second.get(name))
    ]
    known = list(HPARAMS)
    return tuple(sorted(found, key=lambda s: (s.by_chance, known.index(s.hparam) if s.hparam in known else len(known), s.hparam)))


def in_common(runs: Iterable[Run]) -> dict[str, Any]:
    """The settings of a group: one value where all its runs have it, `SEVERAL` where they differ."""
    found: dict[str, Any] = {}
    for i, run in enumerate(runs):
        mine = settings_of(run)
        for name in {**found, **mine}:
            same = i == 0 or alike(found.get(name), mine.get(name))
            found[name] = mine.get(name) if same else SEVERAL
    return found


def settings_of(run: Run) -> dict[str, Any]:
    """Those of a run, by our names; its learning rate off its curve where it is logged as no setting."""
    found = dict(run.signal("hparams") or {})
    if "lr" not in found and (rate := peak_lr(run.signal("lr"), found)) is not None:
        found["lr"] = rate
    return found


def alike(a: Any, b: Any) -> bool:
    """Whether two values are the same, whatever type they were logged as."""
    if a is None or b is None:
        return a is b
    try:
        return abs(float(a) - float(b)) <= 1e-6 * max(abs(float(a)), abs(float(b)))
    except (TypeError, ValueError):
        return str(a) == str(b)
