"""What the reports on one labelled run got right and wrong."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.calibrate.abroad.labels import Label
from advisor.calibrate.abroad.wild_changes import wildness
from advisor.finding import LOUD, Report
from advisor.render.json import as_dict

NO_IMAGES = ("text", "tabular", "speech", "series", "graph", "physics", "rl")
ON_IMAGES = re.compile(r"Random(?:Rotation|Crop|ResizedCrop|HorizontalFlip|Erasing)|ColorJitter|RandAugment|torchvision")
ABSURD = re.compile(r"\(loss / 1\)|\b1 times too large|\b\d{4,}(?:\.\d+)?\s?%|\brange\(\d{9,}\)")
FIRST = 3  # causes: one of the label's should be among them
Told = Mapping[str, Any]  # a report, or a part of one, as `--json` prints it


@dataclass(frozen=True)
class Scored:
    """One run: its label, the problems that its errors and warnings named, and what was wrong with them.

    `train_tag` and `val_tag` tell whether the curve was read from a tag that the label names, None where it names none; `first` whether
    the first error or warning named what was wrong, `named` whether any did, `explained` whether a cause of the label is among the first
    three; `wild` counts changes that nobody would make.
    """

    label: Label
    said: tuple[str, ...]
    answered: bool
    readable: bool
    read: bool
    train_tag: bool | None
    val_tag: bool | None
    first: bool
    explained: bool
    wild: Counter[str]
    image_transform: bool
    forbidden_sentence: bool
    absurd_sentence: bool

    @property
    def named(self) -> bool:
        """Whether any error or warning named what was wrong."""
        return bool(self.right)

    @property
    def right(self) -> list[str]:
        """The problems that were named and are so."""
        return [problem for problem in self.said if self.label.right(problem)]

    @property
    def false(self) -> list[str]:
        """The problems that were named and are not so."""
        return [problem for problem in self.said if self.label.right(problem) is False]


def scored(label: Label, reports: Sequence[Report]) -> Scored:
    """The reports on the runs of one label, held against it."""
    told = [as_dict(report) for report in reports]
    loud = [[f for f in t["findings"] if f["level"] in LOUD] for t in told]
    stated = [name for name in ("train_loss", "val_loss") if tags(label, name) not in ((), ("-",))]
    text = json.dumps([{key: t[key] for key in ("findings", "first_change", "reason")} for t in told], ensure_ascii=False)
    changes = [
        (t["run"]["hparams"], cause, change) for t in told for f in t["findings"] for cause in f["causes"] for change in cause["changes"]
    ]
    return Scored(
        label,
        tuple(dict.fromkeys(f["problem"] for found in loud for f in found)),
        answered=bool(told),
        readable=bool(stated),
        read=bool(stated) and any(t["run"]["signals"].get(stated[0]) for t in told),
        train_tag=right_tag(label, "train_loss", told),
        val_tag=right_tag(label, "val_loss", told),
        first=any(found and found[0]["problem"] in label.must_name for found in loud),
        explained=any(set(label.causes) & {c["cause"] for c in first_causes(found)} for found in loud),
        wild=Counter(way for hparams, cause, change in changes for way in wildness(change, cause, hparams, label.causes)),
        image_transform=label.trade in NO_IMAGES and any(ON_IMAGES.search(json.dumps(change)) for *_, change in changes),
        forbidden_sentence=bool(label.must_not_say and re.search(label.must_not_say, text)),
        absurd_sentence=bool(ABSURD.search(text)),
    )


def first_causes(loud: Sequence[Told]) -> list[Told]:
    """The first three causes that a report's errors and warnings name."""
    return [cause for f in loud for cause in f["causes"]][:FIRST]


def tags(label: Label, signal: str) -> tuple[str, ...]:
    """The tags that hold the signal, by the label; "-" where there is no such curve, none where it does not say."""
    return label.train_loss_tags if signal == "train_loss" else label.val_loss_tags


def right_tag(label: Label, signal: str, told: Sequence[Told]) -> bool | None:
    """Whether the signal was read from a tag that the label names; None where it names none."""
    wanted = {tag if tag == "-" else spelled(tag) for tag in tags(label, signal)}
    if not wanted:
        return None
    seen = [{spelled(part) for part in str(tag).split(" + ")} for t in told if (tag := t["run"]["signals"].get(signal))]
    return ("-" in wanted and not seen) or any(parts & wanted for parts in seen)


def spelled(tag: str) -> str:
    """The tag's letters and digits: how the rest of it is printed is free."""
    return re.sub(r"[^a-z0-9]+", " ", tag.lower()).strip()
