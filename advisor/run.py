"""A run: what one training logged, under the names it used and under the names every rule uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.scalar import Histogram, Line, Scalar
from advisor.signals import SIGNALS, resolve

if TYPE_CHECKING:
    from advisor.folders import Reader
    from advisor.units import Listing, Unit


EXCERPT = "excerpt"  # the hyperparameter by which a training says that a probe cut it short
RACED = "lr_raced"  # and the one by which it says that a probe raced other learning rates against its own
OTHERS = "other_optimizers"  # the hyperparameter that names those which step in turn with the one whose loss was logged


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
    tags : mapping of signal to tag
        The user's word on which tag is which signal.
    restarts : tuple of int
        Steps at which a later session of the same training began.
    unread : str
        Why nothing of it could be read; empty where something could.
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

    @cached_property
    def signals(self) -> dict[str, Any]:
        """Every signal that was logged: a Scalar, or what `SIGNALS` says of it."""
        return resolve(self)

    def signal(self, name: str):
        """The signal of this name, None where it was not logged.

        Raises
        ------
        KeyError
            There is no signal of this name in advisor/signals.py.
        """
        if name not in SIGNALS:
            raise KeyError(f"no signal is named {name}; there are {', '.join(SIGNALS)}")
        return self.signals.get(name)

    @property
    def steps(self) -> tuple[int, int] | None:
        """The first and the last step of any scalar, None where there is no scalar."""
        ends = [(s.steps[0], s.steps[-1]) for s in self.scalars.values() if len(s)]
        return (int(min(a for a, _ in ends)), int(max(b for _, b in ends))) if ends else None

    def outline(self) -> "Run":
        """The run without its curves, but for the ends of its signals: all a table or JSON needs, small to hold by the thousand."""
        span = np.array(self.steps or (), np.int64)
        hull = Scalar(span, np.full(len(span), np.nan), np.full(len(span), np.nan))
        outline = replace(self, scalars=dict.fromkeys(self.scalars, hull), histograms={}, lines=())
        ends = {name: s[[0, -1]] for name, s in self.signals.items() if isinstance(s, Scalar)}
        outline.__dict__["signals"] = ends | {name: s for name, s in self.signals.items() if name == "hparams"}
        return outline

    def frame(self):
        """All scalars as one pandas data frame, a row a step, a column a tag; of points logged at one step, the last."""
        import pandas as pd

        columns = {tag: pd.Series(s.values, s.steps).groupby(level=0).last() for tag, s in self.scalars.items()}
        return pd.DataFrame(columns).rename_axis("step")


def read(path: str | Path, tags: Mapping[str, str] | None = None, verify: bool = False, reader: "Reader | None" = None) -> list[Run]:
    """Every run logged in a folder and below it, or in one file; `tags` maps signals to the tags they were logged under.

    `path` may be an address too: s3://, gs://, http:// or https://, with the extra of that name installed.
    With `verify` every checksum of an event file is checked, and records whose own is wrong are dropped and noted.
    `reader` reads each file (advisor/folders.py); one that remembers reads only what is new.

    Raises
    ------
    AdvisorError
        There is nothing to read, or no run has one of the tags.
    """
    from advisor.folders import checked

    return [run for run in everything(listed(path), tags or {}, reader or (checked if verify else None)) if not run.unread]


def listed(path: str | Path) -> "Listing":
    """The units below a path; nothing is read yet.

    Raises
    ------
    AdvisorError
        There is no such path, or no log below it.
    """
    from advisor.missing import no_path, no_runs, unreachable
    from advisor.remote import located
    from advisor.units import listing

    place = located(path)
    try:
        if not place.exists():
            raise no_path(place)
    except OSError as error:
        raise unreachable(place, error) from error
    found = listing(place)
    if not found.units:
        raise no_runs(found, [])
    return found


def everything(listing: "Listing", tags: Mapping[str, str], reader: "Reader | None" = None) -> list[Run]:
    """Every run of a listing, those that could not be read among them.

    Raises
    ------
    AdvisorError
        None could be read, or none has one of the tags.
    """
    from advisor.missing import no_runs
    from advisor.signals import no_tag

    runs = [run for unit in listing.units for run in runs_in(unit, tags, reader)]
    if all(run.unread for run in runs):
        raise no_runs(listing, runs)
    no_tag(tags, {tag for run in runs for tag in run.scalars})
    return runs


def runs_in(unit: "Unit", tags: Mapping[str, str], reader: "Reader | None" = None) -> list[Run]:
    """Every run of a unit, each with those of the tags that it logged."""
    from advisor.alignment import aligned
    from advisor.folders import anew, tree_of
    from advisor.sessions import runs_of

    runs = runs_of(tree_of(unit, reader or anew))
    if unit.file is not None:
        runs = [replace(run, path=unit.file, name=unit.file.name) for run in runs]
    return [aligned(replace(run, tags={s: tag for s, tag in tags.items() if tag in run.scalars})) for run in runs]
