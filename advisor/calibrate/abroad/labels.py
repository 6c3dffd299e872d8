"""What is known of a run that somebody else logged: a row of labels.csv."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SURE = ("high", "medium")  # a label of less confidence is read, and nothing is scored by it
Kind = Literal["healthy", "faulty", "rl", "open"]


@dataclass(frozen=True)
class Label:
    """A row of labels.csv; where a column holds several names, they are separated by semicolons.

    Attributes
    ----------
    source
        Who logged it, or which script: runs of one source look alike and fail alike.
    blind
        Whether it was labelled before any verdict on it was seen.
    words
        The label itself, as in "healthy" or "overfitting;spikes".
    must_name
        Problems any of which counts as naming what is wrong.
    must_not
        Problems that would be false; "*" stands for every problem but those of `must_name` and those behind a "!".
    must_not_say
        A regular expression of what must not stand in the report.
    causes
        Any of these should be among the first three causes, where the cause is known.
    """

    id: str
    set: str = ""
    source: str = ""
    trade: str = ""
    blind: bool = False
    words: str = ""
    confidence: str = "high"
    must_name: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    must_not_say: str = ""
    causes: tuple[str, ...] = ()
    train_loss_tags: tuple[str, ...] = ()
    val_loss_tags: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Healthy, faulty, a training by rewards, or open: nobody can tell, or there is nothing to name."""
        first = self.words.partition(";")[0]
        if first.startswith("rl-"):
            return "rl"
        if first == "healthy":
            return "healthy"
        return "open" if first in ("cannot-tell", "fixture") or not self.must_name else "faulty"

    @property
    def sure(self) -> bool:
        """Whether anything is scored by it."""
        return self.confidence in SURE

    @property
    def ill_by_rewards(self) -> bool:
        """Whether it is a training by rewards that went wrong and was long enough to show it."""
        return self.kind == "rl" and bool(self.must_name) and "too-short" not in self.words

    def forbids(self, problem: str) -> bool:
        """Whether a finding of this problem would be false."""
        if problem in self.must_name:
            return False
        return f"!{problem}" not in self.must_not if "*" in self.must_not else problem in self.must_not

    def right(self, problem: str) -> bool | None:
        """Whether a finding of this problem is right; None where the label says neither."""
        return True if problem in self.must_name else False if self.forbids(problem) else None


def label(row: Mapping[str, str]) -> Label:
    """The label in a row of labels.csv; a column that is not there is empty."""
    text = {name: (value or "").strip() for name, value in row.items() if name}
    return Label(
        text["id"], text.get("set", ""), text.get("source", "") or text["id"], text.get("trade", ""), text.get("blind", "") == "yes",
        text.get("label", ""), text.get("confidence", ""), names(text, "must_name"), names(text, "must_not"), text.get("must_not_say", ""),
        names(text, "causes"), names(text, "train_loss_tag"), names(text, "val_loss_tag"),
    )  # fmt: skip


def names(row: Mapping[str, str], column: str) -> tuple[str, ...]:
    """The names in a column that holds several."""
    return tuple(name for name in row.get(column, "").split(";") if name)
