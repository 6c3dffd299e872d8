"""A run: what one training logged, under the names it used and under the names every rule uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.faults import Fault, contained
from advisor.scalar import Histogram, Line, Scalar
from advisor.signals.hparams import canonical
from advisor.signals.resolve import resolve
from advisor.signals.unnamed_optimizer import with_optimizer_of_tags
from advisor.signals.vocabulary import NO_CURVES, SIGNALS

if TYPE_CHECKING:
    import pandas as pd

OF_PROBE = ".probe"  # with which the name of a probe's event file ends
EXCERPT = "excerpt"  # the hyperparameter by which a training says that a probe cut it short
RACED = "lr_raced"  # and the one by which it says that a probe raced other learning rates against its own
TRIED = "tried"  # and the one by which it tells, as JSON, of changes that were tried on it
KEPT = ("hparams", "coverage", "task", "framework")  # signals that an outline has whole
OTHERS = "other_optimizers"  # the hyperparameter that names those which step in turn with the one whose loss was logged


class Missing(str):
    """A note on what was logged and could not be read, where that is so much that it could turn a verdict of health."""


@dataclass(frozen=True, eq=False)
class Run:
    """One training.

    Attributes
    ----------
    path : Path
        Where it was logged.
    scalars, histograms : mapping of tag to Scalar, Histogram
    hparams : mapping of name to value, as logged
    lines : tuple of Line
        Failures told in text files beside the logs.
    notes : tuple of str
        What the reader joined, dropped or lost, one sentence each.
    format : str
        The formats its curves were read from, that of most of them first, with a "+" between.
    name : str
        What reports call it: its folder as seen from where the user asked.
    tags : mapping of signal to tag
        The user's word on which tag is which signal.
    restarts : tuple of int
        Steps at which a later session of the same training began.
    unread : str
        Why nothing of it could be read; empty where something could.
    faults : tuple of Fault
        Faults of advisor's own that were met while it was read.
    """

    path: Path
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    hparams: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    format: str = "tensorboard"
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    restarts: tuple[int, ...] = ()
    unread: str = ""
    faults: tuple[Fault, ...] = ()

    @cached_property
    def signals(self) -> dict[str, Any]:
        """Every signal that was logged, by its name: a Scalar, or what `SIGNALS` says of it.

        Found once and then kept; of what was not logged there is no entry.

        Raises
        ------
        AdvisorError
            `tags` names a signal there is none of, or a tag that was not logged.
        """
        found = {signal: value for signal, value in self._found.items() if not isinstance(value, Fault)}
        return {signal: found[signal] for signal in SIGNALS if signal in found and (signal not in NO_CURVES or found[signal])}

    @cached_property
    def faulty(self) -> dict[str, Fault]:
        """The signals that could not be worked out, for a fault of ours, and that fault."""
        return {signal: value for signal, value in self._found.items() if isinstance(value, Fault)}

    @cached_property
    def _found(self) -> dict[str, Any]:
        """Every signal that was looked for, or the fault that was met."""
        with contained("hparams") as outcome:
            hparams = with_optimizer_of_tags(canonical(self.hparams), self.scalars)
        more = {"hparams": outcome.fault or hparams, "lines": self.lines, "restarts": self.restarts}
        curves = {tag: curve.within_bounds() for tag, curve in self.scalars.items()}
        return resolve(curves, self.histograms, self.tags) | more

    def signal(self, name: str) -> Any:
        """The signal of this name: a Scalar, or what `SIGNALS` says of it; None where it was not logged.

        Raises
        ------
        KeyError
            There is no signal of this name in advisor/signals/vocabulary.py.
        AdvisorError
            `tags` names a signal there is none of, or a tag that was not logged.

        Examples
        --------
        >>> loss = run.signal("train_loss")
        >>> loss.steps[-1], loss.values[-1]
        """
        if name not in SIGNALS:
            raise KeyError(f"no signal is named {name}; there are {', '.join(SIGNALS)}")
        return self.signals.get(name)

    @property
    def steps(self) -> tuple[int, int] | None:
        """The first and the last step of any scalar, None where there is no scalar."""
        ends = [(s.steps[0], s.steps[-1]) for s in self.scalars.values() if len(s)]
        return (int(min(a for a, _ in ends)), int(max(b for _, b in ends))) if ends else None

    @property
    def gaps(self) -> tuple[str, ...]:
        """Those of its notes that tell of so much missing that it could turn a verdict of health."""
        return tuple(note for note in self.notes if isinstance(note, Missing))

    def outline(self) -> "Run":
        """The run without its curves: all that a table or JSON needs, small to hold by the thousand.

        Returns
        -------
        Run
            Its `signals` are those that are a Scalar, each with its first and its last point, `hparams`, `coverage` and `task`.
            Its `scalars` have the tags of before, but all the same two points: the first and the last step of the run, with NaN as values
            and times. There are no histograms and no lines; all else is as it was.
        """
        span = np.array(self.steps or (), np.int64)
        hull = Scalar(span, np.full(len(span), np.nan), np.full(len(span), np.nan))
        outline = replace(self, scalars=dict.fromkeys(self.scalars, hull), histograms={}, lines=())
        ends = {name: s[[0, -1]] for name, s in self.signals.items() if isinstance(s, Scalar) and len(s)}
        outline.__dict__["signals"] = ends | {name: s for name, s in self.signals.items() if name in KEPT}
        outline.__dict__["faulty"] = {}
        return outline

    def frame(self) -> "pd.DataFrame":
        """All scalars as one table.

        Returns
        -------
        pandas.DataFrame
            A row for each step at which anything was logged, ascending, in an index named "step"; a column of float64 for each tag, in
            the units it was logged in. NaN where a tag has no value at a step. Of several points of a tag at one step, the last, be it NaN.

        Examples
        --------
        >>> run.frame()[["train/loss", "val/loss"]].dropna(how="all")
        """
        import pandas as pd

        columns = {tag: pd.Series(s.values, s.steps) for tag, s in self.scalars.items()}
        last = {tag: column[~column.index.duplicated(keep="last")] for tag, column in columns.items()}
        return pd.DataFrame(last).rename_axis("step")
