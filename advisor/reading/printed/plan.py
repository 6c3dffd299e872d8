"""Where the counters and values of a line stand: one plan for all lines that differ by their numbers only."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from advisor.reading.printed.names import BATCH, IGNORED, NO_NAME, ROLE, STEPS, counter_of, measure_before, name_behind, name_of, tag_of
from advisor.signals.evaluation_sets import sets_alone
from advisor.signals.tags import VAL, meaning

FACTORS = {"ms": 1e-3, "us": 1e-6, "µs": 1e-6, "k": 1e3, "K": 1e3, "M": 1e6}
RATES = ("/s", "/sec")
TIMES = ("s", "sec", "secs", "seconds", "min", "mins", "minutes", "h", "hours")
OF_TIME = re.compile(r"\s+(s|secs?|seconds|mins?|minutes|h|hours)\b")
NO_NUMBER = "no number"  # in a unit's place: a clock, a date or a version stands there
ALONE = re.compile(r"\W*(?:mini-?)?batch[ :=#]*", re.IGNORECASE)  # before a number with which the line ends
PLANS = 1 << 16  # kinds of lines remembered: all of the lines that are looked at together, each of which is asked about twice
Value = tuple[str, tuple[int, ...], float]


@dataclass(frozen=True, eq=False)
class Plan:
    """Counters and values by the number of their number in the line, from 0.

    A value is a tag, the numbers whose mean it is, and the factor of its unit. `validates` says that a validation was named before the
    counter; `leads` that the line begins with its counter, or is a batch's and no more; `role` is the last of the
    splits named ("train", "val", "test", …).
    """

    epoch: int | None
    step: int | None
    word: str
    values: tuple[Value, ...]
    role: str
    validates: bool
    leads: bool
    objective: bool = False  # whether a loss or a score is among the values

    @property
    def counts(self) -> bool:
        """Whether the line tells an epoch or a step."""
        return self.epoch is not None or self.step is not None


@lru_cache(maxsize=PLANS)
def plan_of(gaps: tuple[str, ...], units: tuple[str | None, ...]) -> Plan | None:
    """The plan of a line with these texts before and after its numbers, and these units; None where it has neither counter nor value."""
    draft = Draft()
    for i, (gap, after, unit) in enumerate(zip(gaps, gaps[1:], units, strict=False)):
        draft.add(i, gap, _unit(unit or "", after), after if i + 2 == len(gaps) else f"{after} 0")
    values = tuple((tag, *value) for tag, value in draft.values.items())
    if all(tag.endswith(RATES) for tag in draft.values):
        values = ()  # a rate alone is a download's
    if draft.epoch is None and draft.step is None and not values:
        return None
    alone = draft.step is not None and len(gaps) == 2 and bool(ALONE.fullmatch(gaps[0])) and not any(map(str.isalnum, gaps[1]))
    objective = any(known.quantity in ("loss", "accuracy") for tag, *_ in values if (known := meaning(tag)))
    objective = objective or bool(sets_alone(tag for tag, *_ in values))
    return Plan(draft.epoch, draft.step, draft.word, values, draft.role, draft.split_of_step in VAL, draft.leads or alone, objective)


@dataclass
class Draft:
    """What the numbers of a line up to one of them mean."""

    epoch: int | None = None
    step: int | None = None
    word: str = ""
    rank: int = BATCH + 1
    values: dict[str, tuple[tuple[int, ...], float]] = field(default_factory=dict)
    last: str = ""  # tag of the value just before
    listed: bool = False  # and it is the first of a list
    announced: str = ""  # the value that the number after a counter is: "Cost after iteration 100: 0.69"
    role: str = ""
    label: str = ""
    split_of_step: str = ""
    leads: bool = False

    def add(self, i: int, gap: str, unit: str, after: str) -> None:
        """Take in the number between these texts; where another follows, `after` ends in one."""
        name = name_of(gap)
        counter = counter_of(name) if name and not unit else None
        if not counter and not meaning(name) and (behind := name_behind(after)):
            name = behind
        self.role = _last_role(gap) or self.role
        self.label = _last_role(gap.rpartition(name)[0] if name and not counter else gap) or self.label
        if unit == NO_NUMBER:
            self.last = ""
        elif counter or (not name and not unit and _stands_for_batch(gap, i)):
            self._count(i, counter or "batch")
            self.announced = measure_before(name) or self.announced
            return
        elif not name and self.last and self._goes_on(gap, unit):
            places, factor = self.values[self.last]
            self.values[self.last] = ((*places, i) if self.listed else (i,)), factor
        else:
            told = self.announced if gap.strip(" \t)]") in (":", "=", "is") else ""
            self._measure(i, name or told or (unit if unit.endswith(RATES) else ""), unit)
            self.listed = gap.rstrip().endswith("[")
        self.announced = ""

    def _count(self, i: int, counter: str) -> None:
        self.last = ""
        if counter == "epoch":
            self.epoch = i if self.epoch is None else self.epoch
            self.leads = self.leads or i == 0
        elif (rank := STEPS[counter]) < self.rank:
            self.step, self.rank, self.split_of_step = i, rank, self.label
            self.word = "batch" if rank == BATCH else counter
            self.leads = self.leads or rank == 0 or (i == 0 and rank < BATCH and counter != "steps")

    def _measure(self, i: int, name: str, unit: str) -> None:
        self.last = ""
        if name and not IGNORED.match(name) and not NO_NAME.search(name):
            known = meaning(name) if unit in TIMES else None
            tag = tag_of(f"{name} time" if known and known.quantity == "loss" else name, self.role, self.label)
            if tag not in self.values:
                self.values[tag] = (i,), FACTORS.get(unit, 1.0)
                self.last = tag if unit != "%" else ""

    def _goes_on(self, gap: str, unit: str) -> bool:
        """Whether a nameless number belongs to the value before it: one more of a list, or of a validation the average over all of it."""
        return not unit and (gap.strip() == "," if self.listed else gap.strip() == "(" and self.role in VAL)


def _unit(unit: str, after: str) -> str:
    """The unit of a number, be it a word apart: "Cost: 715.7 sec" tells a time."""
    word = OF_TIME.match(after)
    return word[1] if word and not unit else unit.strip()


@lru_cache(maxsize=1 << 12)
def _last_role(text: str) -> str:
    found = ROLE.findall(text)
    return found[-1].lower() if found else ""


def _stands_for_batch(gap: str, i: int) -> bool:
    """Whether a number without a name is the batch of an epoch: in brackets, or the first of a line."""
    return gap.rstrip().endswith("[") or (i == 0 and not gap.strip(" *"))
