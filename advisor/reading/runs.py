"""Every run below a path: what is there, read and joined."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.faults import Fault, contained, gathered
from advisor.run import Run

if TYPE_CHECKING:
    from advisor.reading.folders.folder_groups import FolderGroup, Listing
    from advisor.reading.folders.folder_tree import Reader


def read(path: str | Path, tags: Mapping[str, str] | None = None, verify: bool = False, reader: "Reader | None" = None) -> list[Run]:
    """Every run logged in a folder and below it, or in one file.

    Parameters
    ----------
    path
        May be an address too: s3://, gs://, http:// or https://, with the extra of that name installed.
    tags
        From signals to the tags they were logged under, where the names do not tell.
    verify
        Check every checksum of an event file, and drop and note the records whose own is wrong.
    reader
        What reads each file (advisor/reading/folders/folder_tree.py); one that remembers reads only what is new.

    Returns
    -------
    list of Run
        In the order of paths, without those of which nothing could be read.

    Raises
    ------
    AdvisorError
        There is nothing to read, or no run has one of the tags.

    Examples
    --------
    >>> for run in advisor.read("runs"):
    ...     print(run.name, run.steps, list(run.signals))
    """
    from advisor.reading.folders.folder_tree import read_verified

    return [run for run in read_all(list_logs(path), tags or {}, reader or (read_verified if verify else None)) if not run.unread]


def list_logs(path: str | Path) -> "Listing":
    """The units below a path; nothing is read yet.

    Raises
    ------
    AdvisorError
        There is no such path, or no log below it.
    """
    from advisor.reading.folders.folder_groups import group_folders
    from advisor.reading.nothing_found import no_path, no_runs, unreachable
    from advisor.reading.storage.remote import located

    place = located(path)
    try:
        if not place.exists():
            raise no_path(place)
        found = group_folders(place)
    except OSError as error:
        raise unreachable(place, error) from error
    if not found.groups:
        raise no_runs(found, [])
    return found


def read_all(listing: "Listing", tags: Mapping[str, str], reader: "Reader | None" = None) -> list[Run]:
    """Every run of a listing, those that could not be read among them.

    Raises
    ------
    AdvisorError
        None could be read, or none has one of the tags.
    """
    from advisor.reading.nothing_found import no_runs
    from advisor.signals.users_tags import check_tags

    runs = [run for unit in listing.groups for run in read_group(unit, tags, reader)]
    if all(run.unread for run in runs):
        raise no_runs(listing, runs)
    check_tags(tags, {tag for run in runs for tag in run.scalars})
    return runs


def read_group(unit: "FolderGroup", tags: Mapping[str, str], reader: "Reader | None" = None) -> list[Run]:
    """Every run of a unit, each with those of the tags that it logged; one that is unread where a fault of ours left nothing else."""
    with gathered() as faults:
        with contained("reading", but=(AdvisorError,)) as outcome:
            runs = _runs_of_group(unit, tags, reader)
        if outcome.fault:
            return [replace(unread(unit, f"{outcome.fault} ({outcome.fault.error})"), faults=tuple(faults))]
    return [_telling(run, faults) for run in runs] if faults else runs


def unread(unit: "FolderGroup", reason: str) -> Run:
    """A unit of which nothing could be read."""
    from advisor.reading.folders.walk import run_name

    return Run(unit.path, format="", name=run_name(unit.root, unit.path), unread=reason)


def _telling(run: Run, faults: list[Fault]) -> Run:
    """The run with the faults that were met while it was read, each in its notes."""
    notes = [str(fault) for fault in faults if not any(str(fault) in note for note in run.notes)]
    return replace(run, faults=tuple(faults), notes=(*run.notes, *notes))


def _runs_of_group(unit: "FolderGroup", tags: Mapping[str, str], reader: "Reader | None") -> list[Run]:
    from advisor.reading.folders.folder_tree import read_once, read_tree
    from advisor.reading.joining.folder_runs import runs_of
    from advisor.reading.joining.step_alignment import aligned

    runs = runs_of(read_tree(unit, reader or read_once))
    if unit.file is not None:
        runs = [replace(run, path=unit.file, name=unit.file.name) for run in runs]
    return [aligned(replace(run, tags={s: tag for s, tag in tags.items() if tag in run.scalars})) for run in runs]
