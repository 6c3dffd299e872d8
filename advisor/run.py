"""A run: what one training logged, under the names it used and under the names every rule uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.scalar import Histogram, Line, Scalar
from advisor.signals import SIGNALS, resolve

if TYPE_CHECKING:
    from advisor.folders import Reader


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
    from advisor.alignment import aligned
    from advisor.folders import anew, checked, tree_of
    from advisor.missing import no_path, no_runs, unreachable
    from advisor.remote import located
    from advisor.sessions import runs_of
    from advisor.signals import named_by_user

    place = located(path)
    try:
        if not place.exists():
            raise no_path(place)
    except OSError as error:
        raise unreachable(place, error) from error
    tree = tree_of(place, reader or (checked if verify else anew))
    runs = runs_of(tree)
    if not runs:
        raise no_runs(place, tree)
    runs = [replace(run, path=place, name=place.name) if place.is_file() else run for run in runs]
    return [aligned(run) for run in named_by_user(runs, tags or {})]
