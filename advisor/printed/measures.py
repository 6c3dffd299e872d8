"""The grammar of a printed line: its counters (epoch, step of so many) and its named numbers, whatever stands between them.

A line is cut at its numbers; what stands before a number names it. One plan is made for all lines that differ by their numbers only.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from advisor.tags import TRAIN, VAL, meaning

LONGEST_NAME = 5  # words; more are prose
FINITE = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# After a colon or before a comma: "number of nan iterations: 0" holds one number.
NO_FINITE = r"(?:(?<=[:=|(\['\"])|(?<=[:=|(\[] ))[-+]?(?i:nan|inf(?:inity)?)\b|[-+]?(?i:nan|inf(?:inity)?)(?=\s*(?:[,|;)\]}'\"]|$)|\s\s|\t)"
NUMBER = re.compile(
    rf"""(?=[-+.\dniNI])(?<![\w.@/-])(?:    # the first only for speed
        # a clock, a version, a date
        (?:\d{{1,3}}\ days?,\ )?\d+(?::\d\d)+(?:[.,]\d+)? | \d+(?:[.]\d+){{2,}} | \d+/\d+/\d+ | \d{{4}}-\d\d-\d\d
      | (?P<number>{FINITE}|{NO_FINITE}) (?:\s*/\s*(?P<total>\d+)(?![\d.]*[\w/:]))?
        (?P<unit>%|\ ?(?:ms|us|µs|s/it|[A-Za-z]+/s(?:ec)?)|[A-Za-z]{{1,3}})?
    )(?![\w]|\.\d)""",
    re.VERBOSE,
)
FIELDS = 4  # of what NUMBER.split gives for each number: number, total, unit, and the text that follows
FACTORS = {"ms": 1e-3, "us": 1e-6, "µs": 1e-6, "k": 1e3, "K": 1e3, "M": 1e6}

# Spellings that are not counters and named numbers yet: what they look like, and what they say.
BAR = re.compile(r"^(?P<about>.*?):?\s*\d{1,3}%\|[^|]*\|\s*(?P<done>\d+)/(?P<total>\d+) \[[^\],]*,?(?P<rest>[^\]]*)\]?(?P<after>.*)$")
ENDLESS_BAR = re.compile(r"^(?P<about>.*?):?\s*(?P<done>\d+)it \[[^\],]*,?(?P<rest>[^\]]*)\]?(?P<after>.*)$")
DICT = re.compile(r"""^.*?(\{ ?['"][\w ./-]+['"]: .*)$""")
PAIR = re.compile(r"^\[(\d+), *(\d+)\]")  # [epoch, minibatch] of the CIFAR-10 tutorial
SPELLINGS = {"trl": "train loss", "tel": "val loss", "dt": "step_time", "data": "data_time"}

DELIMITERS = re.compile(r"[,|;{}\[\]()\t\"'`*:=#<>]+|(?:^|\s)-+\s|\s{2,}")
KIND = re.compile(r"^(.*?)\s*\(([A-Za-z%/ ]+)\)$")  # "Epoch(train)", "elapsed time per iteration (ms)"
ROLE = re.compile(r"(?<![\w./\\-])(train_inner|train(?:ing)?|valid(?:ation)?|val|eval(?:uation)?|test(?:ing)?|dev)(?![\w/\\@-]|\.\w)", re.I)
FILLERS = {"and", "with", "the", "at", "is", "was", "of"}
NO_NAME = re.compile(r"\b(?:from|to|in|for|after|by|than|until|every|improved|decreased|increased|did not)\b", re.I)
IGNORED = re.compile(r"(?:eta|pid|seed|rank|port|line|version|v_num|device|gpu)$|.*\.(?:py|cpp|cc|cu|h)$", re.I)

EPOCH = {"epoch", "ep"}
STEPS = {  # how sure it is that a word counts the whole training, surest first
    **dict.fromkeys(("global step", "num updates", "total timesteps", "timesteps", "num timesteps", "total steps", "total env steps"), 0),
    **dict.fromkeys(
        ("step", "iter", "iteration", "iterations", "it", "itr", "update", "episode", "round", "timestep", "tick", "s", "steps"), 1
    ),
    **dict.fromkeys(("batch", "minibatch", "batch idx", "mb"), 2),
}
BATCH = 2
GLOBAL = tuple(word for word, rank in STEPS.items() if rank == 0)
BEFORE_COUNTER = (
    TRAIN
    | set(VAL)
    | {"start", "starting", "begin", "beginning", "running", "end", "finished", "completed", "done"}
    | {"current", "cur", "global", "optimizer", "of", "in", "for"}
)


@dataclass(frozen=True)
class Plan:
    """Where in a line the counters and values stand, by the number of the number.

    `validates` says that a validation was named before the counter; `leads` that the line begins with its counter; `role` is the last of
    the splits named ("train", "val", "test", …).
    """

    epoch: int | None
    step: int | None
    word: str
    values: tuple[tuple[str, tuple[int, ...], float], ...]  # tag, the numbers whose mean it is, factor
    role: str
    validates: bool
    leads: bool

    @property
    def counts(self) -> bool:
        return self.epoch is not None or self.step is not None


@dataclass(frozen=True)
class Said:
    """What one line says: NaN or None for a counter it has not."""

    plan: Plan
    epoch: float | None
    step: float | None
    total: float | None
    values: dict[str, float]


def said(text: str) -> Said | None:
    """The counters and values of a line without prefix; None where it has neither."""
    parts = NUMBER.split(spelled_out(text))
    plan = plan_of(tuple(parts[::FIELDS]), tuple(parts[3::FIELDS]))
    if plan is None:
        return None
    numbers, totals = parts[1::FIELDS], parts[2::FIELDS]
    epoch, step = (_count(numbers[i]) if i is not None else None for i in (plan.epoch, plan.step))
    if (plan.epoch is not None and epoch is None) or (step is not None and step != int(step)):
        return None
    total = totals[plan.step] if plan.step is not None else None
    values = {}
    for tag, places, factor in plan.values:
        found = [_float(numbers[i]) / (float(totals[i] or 1) or 1.0) for i in places if numbers[i] is not None]
        if found:
            values[tag] = sum(found) / len(found) * factor
    return Said(plan, epoch, step, float(total) if total else None, values)


def spelled_out(text: str) -> str:
    """The line with a progress bar, a printed dict and the like turned into plain counters and named numbers."""
    if "%|" in text and (bar := BAR.match(text)):
        text = f"{bar['about']} | batch {bar['done']}/{bar['total']} | {bar['rest']} | {bar['after']}"
    elif "it [" in text and (bar := ENDLESS_BAR.match(text)):
        text = f"{bar['about']} | batch {bar['done']} | {bar['rest']} | {bar['after']}"
    if "{" in text and (printed := DICT.match(text)):
        return printed[1]
    return PAIR.sub(r"epoch \1 batch \2 ", text) if text.startswith("[") else text


@lru_cache(maxsize=1 << 14)
def plan_of(gaps: tuple[str, ...], units: tuple[str | None, ...]) -> Plan | None:
    """The plan of a line with these texts between its numbers; None where it has neither counter nor value."""
    role, split_of_step, word, epoch, step, best, leads = "", "", "", None, None, BATCH + 1, False
    values: dict[str, tuple[tuple[int, ...], float]] = {}
    tag, label = "", ""
    for i, (gap, unit) in enumerate(zip(gaps, units, strict=False)):
        name, unit = name_of(gap), (unit or "").strip()
        role = next((r.lower() for r in reversed(ROLE.findall(gap))), role)
        counter = counter_of(name) if name and not unit else None
        label = next((r.lower() for r in reversed(ROLE.findall(gap.rpartition(name)[0] if name and not counter else gap))), label)
        if counter == "epoch":
            epoch, leads, tag = (i if epoch is None else epoch), leads or i == 0, ""
        elif counter or (not name and not unit and _stands_for_batch(gap, i)):
            counter, tag = counter or "batch", ""
            if (rank := STEPS[counter]) < best:
                step, best, word, split_of_step = i, rank, ("batch" if rank == BATCH else counter), role
                leads = leads or (i == 0 and rank < BATCH and word != "steps")
        elif not name and tag and _goes_on(gap, unit, role):
            places, factor = values[tag]
            values[tag] = ((i,) if "(" in gap else (*places, i)), factor
        elif (name := name or (unit if unit.endswith(("/s", "/sec")) else "")) and not IGNORED.match(name) and not NO_NAME.search(name):
            tag = tag_of(name, role, label)
            values.setdefault(tag, ((i,), FACTORS.get(unit, 1.0)))
            tag = tag if values[tag][0] == (i,) and (gap.endswith("[") or unit != "%") else ""
        else:
            tag = ""
    if all(tag.endswith(("/s", "/sec")) for tag in values):
        values = {}
    if epoch is None and step is None and not values:
        return None
    return Plan(epoch, step, word, tuple((tag, *value) for tag, value in values.items()), role, split_of_step in VAL, leads)


def _goes_on(gap: str, unit: str, role: str) -> bool:
    """Whether a nameless number belongs to the value before it: one more of a list, or of a validation the average over all of it."""
    return not unit and (gap.strip() == "," or (gap.strip() == "(" and role in VAL))


def _stands_for_batch(gap: str, i: int) -> bool:
    """Whether a number without a name is the batch of an epoch: in brackets, or the first of a line."""
    return gap.rstrip().endswith("[") or (i == 0 and not gap.strip(" *"))


def name_of(gap: str) -> str:
    """The name of the number that follows this text; "" where it has none."""
    gap = gap.rstrip(" \t\"'`[({=:>~#")
    suffix = ""
    if kind := KIND.match(gap):
        gap, suffix = kind[1], "" if ROLE.match(kind[2]) else f" ({kind[2]})"
    words = DELIMITERS.split(gap)[-1].replace("%", " ").strip(" .-_").split()
    while words and words[0].lower() in FILLERS:
        words.pop(0)
    while words and words[-1].lower() in FILLERS:
        words.pop()
    name = " ".join(words)
    if not 0 < len(words) <= LONGEST_NAME or not re.match(r"[A-Za-z_]", name):
        return ""
    return SPELLINGS.get(name.lower(), name) + suffix


def counter_of(name: str) -> str | None:
    """The counter a name is: "epoch", or a word of `STEPS`; None if it names a value."""
    text = re.sub(r"\s*\(.*", "", name).lower().replace("_", " ").replace("/", " ")
    words = re.split(r"\b(?:at|after)\b", text)[-1].split()  # "validation loss at iteration 1000"
    for n in (1, 2, 3):
        last = " ".join(words[-n:])
        if (last in STEPS or last in EPOCH) and (set(words[:-n]) <= BEFORE_COUNTER or last in GLOBAL) and (last != "s" or text == "s"):
            return "epoch" if last in EPOCH else last
    return None


def tag_of(name: str, role: str, label: str = "") -> str:
    """The name as logged, under its split where only the line around it tells which.

    `role` is the split named last, which losses and scores without one of their own belong to; `label` the one named apart from any
    value, which all values of a validation belong to.
    """
    known = meaning(name)
    split = role if known and known.quantity in ("loss", "accuracy") else label if label in VAL else ""
    if not split or not known or known.role:
        return name
    return f"{'train' if split in TRAIN else split}/{name}"


def _count(number: str | None) -> float | None:
    """A counter's number, None where it can be none."""
    value = _float(number) if number else -1.0
    return value if 0 <= value < 1e15 else None


def _float(number: str) -> float:
    return float(number.replace(",", ""))
